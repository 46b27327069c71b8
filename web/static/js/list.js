// The page of the reader's own list: notes, order, sharing, W3C Web Annotation; searches made and saved.
import { badge, forget, found, history_, keepList, keepSaved, list, saved } from './kept.js';
import { copy } from './copy.js';
import { filled, words } from './words.js';

const make = (tag, fields = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), fields);
  made.append(...children);
  return made;
};

async function rows(items) {
  const asked = new URLSearchParams(location.search);
  for (const item of items) asked.append('p', item.id);
  const answer = await fetch(`/list?${asked}`);
  if (!answer.ok) return [];
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  return [...page.querySelectorAll('.kept-items > li')].map((row) => document.importNode(row, true));
}

function tool(said, label, work) {
  const made = make('button', { type: 'button', className: 'tool', textContent: said });
  made.setAttribute('aria-label', label);
  made.addEventListener('click', work);
  return made;
}

function dress(row, item, said, redraw) {
  const change = (work) => { const items = list(); work(items, items.findIndex((one) => one.id === item.id)); keepList(items); badge(); redraw(); };
  const title = row.querySelector('h2').textContent;
  const note = make('textarea', { value: item.note ?? '', rows: 2 });
  note.setAttribute('aria-label', `${said.note} ${title}`);
  note.placeholder = said.note;
  const hidden = row.querySelector('input[name=n]');
  hidden.value = item.note ?? '';
  note.addEventListener('input', () => {
    hidden.value = note.value;
    const items = list();
    const one = items.find((other) => other.id === item.id);
    if (one) { one.note = note.value; keepList(items); }
  });
  const bar = make('p', { className: 'kept-tools' },
    tool('↑', `${said.up} ${title}`, () => change((items, at) => { if (at > 0) items.splice(at - 1, 0, ...items.splice(at, 1)); })),
    tool('↓', `${said.down} ${title}`, () => change((items, at) => { if (at < items.length - 1) items.splice(at + 1, 0, ...items.splice(at, 1)); })),
    tool(said.remove, `${said.remove} ${title}`, () => change((items, at) => items.splice(at, 1))));
  if (item.figure) row.querySelector('blockquote').before(make('p', { className: 'k' }, make('mark', { textContent: item.figure })));
  row.append(note, bar);
}

// W3C Web Annotation: a note on a passage, anchored by its permalink and by its very words.
function annotations(form) {
  const items = list();
  return {
    '@context': 'http://www.w3.org/ns/anno.jsonld',
    type: 'AnnotationCollection',
    total: items.length,
    first: {
      type: 'AnnotationPage',
      items: items.map((item) => ({
        type: 'Annotation',
        motivation: item.note ? 'commenting' : 'bookmarking',
        created: item.added,
        ...(item.note ? { body: { type: 'TextualBody', value: item.note, format: 'text/plain' } } : {}),
        target: {
          source: document.body.dataset.permalink + item.id,
          selector: { type: 'TextQuoteSelector', exact: item.figure || form.querySelector(`li[data-id="${CSS.escape(item.id)}"] blockquote`)?.textContent || '' },
        },
      })),
    },
  };
}

function taken(collection) {
  const pages = [collection, collection.first].filter(Boolean);
  const all = Array.isArray(collection) ? collection : pages.flatMap((page) => page.items ?? []);
  return all.flatMap((one) => {
    const target = [one.target].flat()[0];
    const source = typeof target === 'string' ? target : target?.source ?? target?.id ?? '';
    const id = /\/p\/([0-9a-z]{12,16})/.exec(source)?.[1];
    const body = [one.body].flat()[0];
    const note = typeof body === 'string' ? body : body?.value ?? '';
    return id ? [{ id, figure: '', note, added: one.created ?? new Date().toISOString() }] : [];
  });
}

function exchange(form, said, redraw) {
  const share = tool(said.share, said.share, async () => {
    const address = new URL('/list', location.href);
    for (const item of list()) { address.searchParams.append('p', item.id); address.searchParams.append('n', item.note ?? ''); }
    if (!list().some((item) => item.note)) address.searchParams.delete('n');
    if (await copy(address.href)) { share.textContent = document.body.dataset.copied; setTimeout(() => { share.textContent = said.share; }, 2000); }
  });
  const give = tool('W3C Annotation', `W3C Annotation ${said.export}`, () => {
    const url = URL.createObjectURL(new Blob([JSON.stringify(annotations(form), null, 1)], { type: 'application/ld+json' }));
    const link = make('a', { href: url, download: 'bangfu-annotations.jsonld' });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  });
  const file = make('input', { type: 'file', accept: '.json,.jsonld,application/json,application/ld+json' });
  const label = make('label', { className: 'take' }, `${said.import} `, file);
  file.addEventListener('change', async () => {
    let fresh = [];
    try { fresh = taken(JSON.parse(await file.files[0].text())); } catch { /* said below */ }
    const items = list();
    for (const one of fresh) {
      const same = items.find((item) => item.id === one.id);
      if (!same) items.push(one); else if (one.note && !same.note) same.note = one.note;
    }
    keepList(items);
    label.querySelector('.k')?.remove();
    label.append(make('span', { className: 'k', textContent: fresh.length ? filled(said.imported, { n: fresh.length }) : said['nothing-imported'] }));
    badge();
    redraw();
  });
  return [share, give, label];
}

function searches(said) {
  const own = document.getElementById('own');
  own.replaceChildren();
  const kept = saved(), past = history_();
  if (kept.length) {
    own.append(make('h2', { textContent: said['saved-searches'] }));
    const rows = make('ul', { className: 'searches' });
    for (const one of kept) {
      const told = make('span', { className: 'k', textContent: filled(said['saved-at'], { day: one.at.slice(0, 10), n: one.total }) });
      const fresh = make('ul');
      const look = tool(said['what-is-new'], `${said['what-is-new']} ${one.title}`, async () => {
        const now = await found(one.api);
        const unseen = now.hits.filter((hit) => !one.ids.includes(hit.id));
        told.textContent = filled(said['now-and-then'], { day: one.at.slice(0, 10), then: one.total, now: now.total, n: unseen.length });
        fresh.replaceChildren(...unseen.slice(0, 20).map((hit) => make('li', {}, make('a', { href: hit.permalink, textContent: hit.document.title }), ` ${hit.text.slice(0, 60)}`)));
        keepSaved(saved().map((other) => (other.url === one.url ? { ...other, total: now.total, ids: now.ids, at: new Date().toISOString() } : other)));
      });
      const drop = tool(said.remove, `${said.remove} ${one.title}`, () => { keepSaved(saved().filter((other) => other.url !== one.url)); searches(said); });
      rows.append(make('li', {}, make('a', { href: one.url, textContent: one.title }), ' ', told, ' ', look, ' ', drop, fresh));
    }
    own.append(rows);
  }
  if (past.length) {
    own.append(make('h2', { textContent: said.history }));
    own.append(make('ul', { className: 'searches' }, ...past.map((one) => make('li', {}, make('a', { href: one.url, textContent: one.title }), ' ',
      make('span', { className: 'k', textContent: `${one.count} · ${one.at.slice(0, 16).replace('T', ' ')}` })))));
    own.append(make('p', {}, tool(said['forget-history'], said['forget-history'], () => { forget(); searches(said); })));
  }
}

export async function showList(form) {
  const said = await words();
  searches(said);
  if (form.dataset.shared) {
    const take = tool(said['take-all'], said['take-all'], () => {
      const items = list();
      for (const row of form.querySelectorAll('.kept-items > li')) {
        const note = row.querySelector('input[name=n]').value;
        if (!items.some((item) => item.id === row.dataset.id)) items.push({ id: row.dataset.id, figure: '', note, added: new Date().toISOString() });
      }
      keepList(items);
      badge();
      location.assign(`/list${document.documentElement.lang === 'zh-Hans' ? '' : `?lang=${document.documentElement.lang}`}`);
    });
    form.querySelector('.kept-out').append(take);
    return;
  }
  const place = form.querySelector('.kept-items'), out = form.querySelector('.kept-out');
  const redraw = async () => {
    const items = list();
    const drawn = items.length ? await rows(items) : [];
    drawn.forEach((row) => dress(row, items.find((item) => item.id === row.dataset.id), said, redraw));
    place.replaceChildren(...drawn);
    form.querySelector('.empty-list').hidden = items.length > 0;
    out.hidden = !items.length;
  };
  const tools = exchange(form, said, redraw);
  out.append(...tools.slice(0, 2));
  form.after(make('p', {}, tools[2]));
  await redraw();
}
