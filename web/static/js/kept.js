// The reader's own: a list of passages with notes, the searches made and those saved. All of it stays in this browser.
const LIST = 'bangfu.list', HISTORY = 'bangfu.history', SAVED = 'bangfu.saved';
const MOST = 300, MOST_HISTORY = 50;

function read(key) {
  try { const found = JSON.parse(localStorage.getItem(key) ?? '[]'); return Array.isArray(found) ? found : []; } catch { return []; }
}
function write(key, value) {
  try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; }
}

export const list = () => read(LIST);
export const keepList = (items) => write(LIST, items.slice(0, MOST));
export const history_ = () => read(HISTORY);
export const saved = () => read(SAVED);
export const keepSaved = (items) => write(SAVED, items);
export const forget = () => write(HISTORY, []);

export function toggle(item) {
  const items = list();
  const at = items.findIndex((one) => one.id === item.id && one.figure === item.figure);
  if (at >= 0) items.splice(at, 1); else items.push({ ...item, note: '', added: new Date().toISOString() });
  keepList(items);
  badge();
  return at < 0;
}

export const has = (id, figure = '') => list().some((one) => one.id === id && (one.figure ?? '') === figure);

export function badge() {
  const link = document.querySelector('.menu a[data-kept]');
  if (link) link.dataset.kept = list().length ? String(list().length) : '';
}

// A button beside a hit, a passage or a figure that takes it into the list and out of it.
function button(id, figure, label) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'keep';
  const show = (on) => {
    made.setAttribute('aria-pressed', String(on));
    made.textContent = on ? document.body.dataset.kept : document.body.dataset.keep;
    made.setAttribute('aria-label', `${made.textContent} ${label}`);
  };
  show(has(id, figure));
  made.addEventListener('click', () => show(toggle({ id, figure })));
  return made;
}

const named = (link) => decodeURIComponent(link.hash.slice(1)).split('.')[0];

export function offerKeeping(root) {
  for (const hit of root.querySelectorAll('.hit')) {
    const link = hit.querySelector('.cut a');
    if (link) hit.querySelector('.margin').append(button(named(link), '', hit.querySelector('h2').textContent.slice(0, 30)));
  }
  for (const row of root.querySelectorAll('table.figures td.quote')) {
    const link = row.querySelector('a');
    row.append(' ', button(named(link), link.title, link.title));
  }
  for (const passage of root.querySelectorAll('.passage.body, .passage.table')) {
    passage.append(button(passage.id, '', passage.querySelector('.words').textContent.slice(0, 20)));
  }
}

export function rememberSearch() {
  const count = document.body.dataset.count;
  if (location.pathname !== '/search' || !count) return;
  const url = location.pathname + location.search;
  const items = history_().filter((one) => one.url !== url);
  items.unshift({ url, title: document.title.split(' — ')[0], count, at: new Date().toISOString() });
  write(HISTORY, items.slice(0, MOST_HISTORY));
}

// A search that is saved remembers what it found, so that later what is new can be told.
const api = () => document.querySelector('link[rel=alternate][type="application/json"]')?.getAttribute('href');

export async function found(address) {
  const url = new URL(address, location.href);
  url.searchParams.set('size', '100');
  url.searchParams.delete('page');
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(String(answer.status));
  const body = await answer.json();
  return { total: body.total, ids: body.hits.map((hit) => hit.id), hits: body.hits };
}

export function offerSaving(tools) {
  const address = api();
  if (!tools || !address) return;
  const url = location.pathname + location.search;
  const made = tools.querySelector('.save');
  const save = made.textContent;
  const show = () => {
    const on = saved().some((one) => one.url === url);
    made.setAttribute('aria-pressed', String(on));
    made.textContent = on ? document.body.dataset.saved : save;
  };
  show();
  made.addEventListener('click', async () => {
    const rest = saved().filter((one) => one.url !== url);
    if (rest.length === saved().length) {
      const { total, ids } = await found(address);
      rest.unshift({ url, api: address, title: document.title.split(' — ')[0], total, ids, at: new Date().toISOString() });
    }
    keepSaved(rest);
    show();
  });
}
