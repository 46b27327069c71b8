// The search box: keys, and suggestions in a listbox. While an input method composes, nothing is submitted and nothing suggested.
import { singleKeys } from './display.js';

const WAIT = 120;

export function enhanceBox(form) {
  const input = form.querySelector('input[name=q]');
  const list = document.createElement('ul');
  Object.assign(list, { id: 'options', className: 'options', hidden: true });
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', form.getAttribute('aria-label'));
  input.after(list);
  const attributes = { role: 'combobox', 'aria-expanded': 'false', 'aria-controls': 'options', 'aria-autocomplete': 'list' };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);

  let composing = false, justComposed = false, timer = 0, asked = '', chosen = -1, pending = null;

  const close = () => {
    list.hidden = true; chosen = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const choose = (index) => {
    const rows = [...list.children];
    chosen = rows.length ? (index + rows.length) % rows.length : -1;
    rows.forEach((row, at) => row.setAttribute('aria-selected', String(at === chosen)));
    if (chosen >= 0) input.setAttribute('aria-activedescendant', rows[chosen].id);
  };
  const take = (text) => { input.value = text; close(); form.requestSubmit(); };
  const show = (rows) => {
    list.replaceChildren(...rows.map((row, index) => {
      const item = document.createElement('li');
      item.id = `option-${index}`;
      item.setAttribute('role', 'option');
      item.setAttribute('aria-selected', 'false');
      item.dataset.text = row.text;
      const count = document.createElement('span');
      count.className = 'n';
      count.textContent = row.total.toLocaleString();
      item.append(row.text, count);
      return item;
    }));
    chosen = -1;
    list.hidden = rows.length === 0;
    input.setAttribute('aria-expanded', String(rows.length > 0));
  };
  const ask = async () => {
    const text = input.value.trim();
    if (composing || text === asked) return;
    asked = text;
    if (pending) pending.abort();
    if (!text) { close(); return; }
    pending = new AbortController();
    try {
      const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: pending.signal });
      if (answer.ok && document.activeElement === input) show((await answer.json()).suggestions);
    } catch { /* a suggestion that does not come is no error */ }
  };

  input.addEventListener('compositionstart', () => { composing = true; clearTimeout(timer); close(); });
  input.addEventListener('compositionend', () => {
    composing = false;
    // Safari sends the Enter that ends composition after this event, in the same turn.
    justComposed = true;
    setTimeout(() => { justComposed = false; }, 60);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener('input', (event) => {
    if (composing || event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing || composing || event.keyCode === 229 || (justComposed && event.key === 'Enter')) {
      if (event.key === 'Enter') event.preventDefault();
      return;
    }
    if (event.key === 'Escape' && !list.hidden) { event.preventDefault(); close(); return; }
    if (list.hidden) { if (event.key === 'ArrowDown') { asked = ''; ask(); } return; }
    if (event.key === 'ArrowDown') { event.preventDefault(); choose(chosen + 1); }
    if (event.key === 'ArrowUp') { event.preventDefault(); choose(chosen < 0 ? -1 : chosen - 1); }
    if (event.key === 'Enter' && chosen >= 0) { event.preventDefault(); take(list.children[chosen].dataset.text); }
  });
  form.addEventListener('submit', (event) => { if (composing) event.preventDefault(); });
  list.addEventListener('pointerdown', (event) => {
    const item = event.target.closest('li');
    if (item) { event.preventDefault(); take(item.dataset.text); }
  });
  input.addEventListener('blur', close);

  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || !singleKeys() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]')) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}
