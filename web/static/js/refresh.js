// A tick in the filters brings the new counts and results in place; a page that does not come is gone to instead.
import { say } from './live.js';

let shown = location.pathname + location.search;
let pending = null;

async function read(url) {
  pending?.abort();
  pending = new AbortController();
  const answer = await fetch(url, { signal: pending.signal });
  if (!answer.ok) throw new Error(String(answer.status));
  return [answer.url, new DOMParser().parseFromString(await answer.text(), 'text/html')];
}

// What the reader had opened and where they were, by names that the next page has too.
function place(filters) {
  const active = document.activeElement;
  const open = [...filters.querySelectorAll('details[open] > summary')].map((summary) => summary.getAttribute('aria-label') ?? summary.textContent);
  const form = filters.querySelector('form.choices');
  return { value: active?.value, name: active?.name, href: active?.className, open, inner: form.scrollTop, drawer: filters.classList.contains('open') };
}

function back(filters, was) {
  filters.classList.toggle('open', was.drawer);
  for (const summary of filters.querySelectorAll('summary')) {
    if (was.open.includes(summary.getAttribute('aria-label') ?? summary.textContent)) summary.parentElement.open = true;
  }
  filters.querySelector('form.choices').scrollTop = was.inner;
  const boxes = [...filters.querySelectorAll('input[type=checkbox]')];
  const same = boxes.find((box) => box.name === was.name && box.value === was.value);
  (same ?? filters).focus({ preventScroll: true });
}

async function refresh(url, enhance, returning = false) {
  const main = document.getElementById('main');
  main.setAttribute('aria-busy', 'true');
  let address, page;
  try {
    [address, page] = await read(url);
  } catch (error) {
    if (error.name !== 'AbortError') location.assign(url);
    return;
  }
  const fresh = page.getElementById('main');
  if (!fresh || !page.getElementById('filters')) { location.assign(url); return; }
  const was = place(document.getElementById('filters'));
  main.replaceChildren(...fresh.childNodes);
  main.removeAttribute('aria-busy');
  document.title = page.title;
  document.body.dataset.count = page.body.dataset.count;
  const box = document.querySelector('form.box');
  box?.querySelectorAll('input[type=hidden]').forEach((field) => field.remove());
  box?.append(...page.querySelectorAll('form.box input[type=hidden]'));
  document.querySelector('.foot').replaceWith(page.querySelector('.foot'));
  const settings = document.querySelector('.menu .settings');
  const menu = document.getElementById('menu');
  menu.replaceChildren(...page.getElementById('menu').childNodes);
  menu.querySelector('.settings').replaceWith(settings);
  for (const link of document.head.querySelectorAll('link[rel=alternate], link[rel=canonical], meta[name=robots]')) link.remove();
  document.head.append(...page.head.querySelectorAll('link[rel=alternate], link[rel=canonical], meta[name=robots]'));
  if (!returning) history.pushState(null, '', address);
  shown = location.pathname + location.search;
  enhance();
  back(document.getElementById('filters'), was);
  say(document.body.dataset.count);
}

// Back and forward among pages that were brought in place bring them in place, too.
export function enhanceHistory(enhance) {
  addEventListener('popstate', () => {
    if (location.pathname + location.search !== shown) refresh(location.href, enhance, true);
  });
}

export function enhanceChoices(filters, enhance) {
  filters.addEventListener('change', (event) => {
    const box = event.target;
    if (box.type !== 'checkbox') return;
    const link = box.closest('li')?.querySelector(':scope > a.val');
    if (link) refresh(link.href, enhance);
  });
  const see = filters.querySelector('.see');
  if (!see) return;
  see.textContent = see.dataset.see;
  see.addEventListener('click', (event) => {
    const years = [...filters.querySelectorAll('.span input')];
    if (years.every((box) => box.value === box.defaultValue)) {
      event.preventDefault();
      filters.querySelector('.close').click();
    }
  });
}
