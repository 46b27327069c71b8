// Search inside a long facet, in place: the full facet page is fetched and its rows are shown under the box.
import { say } from './live.js';

export function enhanceFacetSearch(filters) {
  const link = filters.querySelector('a[data-find]');
  if (!link) return;
  const rows = link.closest('fieldset').querySelector('.values');
  const original = [...rows.childNodes];
  const input = document.createElement('input');
  Object.assign(input, { type: 'search', className: 'find-in', autocomplete: 'off' });
  input.setAttribute('aria-label', link.dataset.find);
  input.placeholder = link.dataset.find;
  let timer = 0, composing = false, pending = null;
  const look = async () => {
    const text = input.value.trim();
    if (pending) pending.abort();
    if (!text) { rows.replaceChildren(...original); return; }
    const url = new URL(link.href);
    url.searchParams.set('find', text);
    pending = new AbortController();
    try {
      const answer = await fetch(url, { signal: pending.signal });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const found = [...page.querySelectorAll('.values.flat > li')].slice(0, 10).map((row) => document.importNode(row, true));
      if (!found.length) {
        const none = document.createElement('li');
        none.className = 'none';
        none.textContent = page.querySelector('.say.none')?.textContent ?? '';
        say(none.textContent);
        found.push(none);
      }
      rows.replaceChildren(...found);
    } catch { /* the link to the full page remains */ }
  };
  const later = () => { clearTimeout(timer); if (!composing) timer = setTimeout(look, 150); };
  input.addEventListener('compositionstart', () => { composing = true; });
  input.addEventListener('compositionend', () => { composing = false; later(); });
  input.addEventListener('input', later);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault();
    if (event.key === 'Escape' && input.value) { event.stopPropagation(); input.value = ''; look(); }
  });
  const open = document.createElement('button');
  Object.assign(open, { type: 'button', className: 'find-open', textContent: link.dataset.find });
  open.setAttribute('aria-expanded', 'false');
  open.addEventListener('click', () => {
    const shown = open.getAttribute('aria-expanded') === 'true';
    open.setAttribute('aria-expanded', String(!shown));
    if (shown) { input.remove(); input.value = ''; look(); } else { rows.before(input); input.focus(); }
  });
  link.closest('fieldset').querySelector('.after').insertBefore(open, link);
}
