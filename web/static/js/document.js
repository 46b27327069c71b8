// The document: stepping through hits, arriving by link, copying a passage with its source.
import { copy } from './copy.js';
import { singleKeys } from './display.js';
import { say } from './live.js';

const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

function arrive() {
  const [id, range] = decodeURIComponent(location.hash.slice(1)).split(/[.:]/);
  const passage = id && document.getElementById(id);
  if (!passage || !passage.classList.contains('passage')) return;
  document.querySelectorAll('.passage.lit').forEach((other) => other.classList.remove('lit'));
  globalThis.CSS?.highlights?.delete('sentence');
  passage.classList.add('lit');
  passage.focus({ preventScroll: true });
  passage.scrollIntoView({ block: 'center', behavior: 'instant' });
  if (range && passage.dataset.sentences) light(passage, range);
}

// A sentence range (#id.2-3) is drawn as a highlight over text that stays as it is.
function light(passage, range) {
  const sentences = passage.dataset.sentences.split(',').map((pair) => pair.split('-').map(Number));
  const [first, last = first] = range.split('-').map(Number);
  if (!sentences[first - 1] || !sentences[last - 1]) return;
  const [from, to] = [sentences[first - 1][0], sentences[last - 1][1]];
  const words = passage.querySelector('.words');
  const spot = (wanted) => {
    let left = wanted;
    const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const points = [...node.data];
      if (left <= points.length) return [node, points.slice(0, left).join('').length];
      left -= points.length;
    }
    return [words, words.childNodes.length];
  };
  const drawn = new Range();
  drawn.setStart(...spot(from));
  drawn.setEnd(...spot(to));
  if (globalThis.Highlight) CSS.highlights.set('sentence', new Highlight(drawn));
  const place = drawn.getBoundingClientRect();
  if (place.top < 0 || place.bottom > innerHeight) scrollBy({ top: place.top - innerHeight / 3, behavior: 'instant' });
}

// What the reader has selected in a passage: its text, and the sentences it stands in as the end of a link (`.2-3`).
function picked(passage) {
  const words = passage.querySelector('.words');
  const whole = { quote: words.textContent, range: '' };
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed || !words.contains(selection.getRangeAt(0).commonAncestorContainer)) return whole;
  const range = selection.getRangeAt(0);
  const quote = range.toString().trim();
  if (!quote) return whole;
  if (!passage.dataset.sentences) return { quote, range: '' };
  const before = document.createRange();
  before.selectNodeContents(words);
  before.setEnd(range.startContainer, range.startOffset);
  const start = [...before.toString()].length;
  const end = start + [...range.toString()].length;
  const touched = passage.dataset.sentences.split(',').map((pair) => pair.split('-').map(Number))
    .flatMap(([from, to], index) => (from < end && to > start ? [index + 1] : []));
  const [first, last] = [touched[0], touched.at(-1)];
  return { quote, range: first ? (first === last ? `.${first}` : `.${first}-${last}`) : '' };
}

// A page of several articles carries the citation of each where it begins.
function citation(passage) {
  const before = [...document.querySelectorAll('.passage[data-citation]')]
    .filter((start) => start === passage || start.compareDocumentPosition(passage) & Node.DOCUMENT_POSITION_FOLLOWING);
  return (before.at(-1) ?? document.body).dataset.citation;
}

function stepping() {
  const marks = [...document.querySelectorAll('.text mark')];
  const place = document.querySelector('[data-at]');
  if (!marks.length || !place) return;
  const lit = document.querySelector('.passage.lit mark');
  let at = lit ? marks.indexOf(lit) : -1;
  if (lit) place.textContent = String(at + 1);
  const go = (step) => {
    at = at < 0 ? (step > 0 ? nearest() : marks.length - 1) : (at + step + marks.length) % marks.length;
    marks.forEach((mark, index) => mark.classList.toggle('here', index === at));
    marks[at].scrollIntoView({ block: 'center', behavior: calm() ? 'instant' : 'smooth' });
    place.textContent = String(at + 1);
    say(`${at + 1} / ${marks.length}`);
  };
  const nearest = () => {
    const lit = document.querySelector('.passage.lit mark');
    return lit ? marks.indexOf(lit) : 0;
  };
  for (const link of document.querySelectorAll('a[data-step]')) link.addEventListener('click', (event) => { event.preventDefault(); go(Number(link.dataset.step)); });
  document.querySelector('.rail')?.addEventListener('click', (event) => {
    const to = event.target.dataset.to;
    if (to) location.hash = to;
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.target.closest('input, textarea, select')) return;
    if (!singleKeys()) return;
    if (event.key === 'n') go(1);
    if (event.key === 'p') go(-1);
  });
}

function copying() {
  document.addEventListener('click', async (event) => {
    const link = event.target.closest('a[data-copy]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const passage = link.closest('.passage');
    const { quote, range } = picked(passage);
    const place = link.dataset.copy + range;
    const done = await copy(`“${quote}”\n——${citation(passage)}\n${document.body.dataset.permalink}${place}`);
    link.classList.toggle('done', done);
    history.replaceState(null, '', `#${place}`);
  });
}

function outline() {
  const links = new Map([...document.querySelectorAll('.outline a')].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) {
      links.forEach((link) => link.removeAttribute('aria-current'));
      links.get(entry.target.id)?.setAttribute('aria-current', 'true');
    }
  }, { rootMargin: '0px 0px -70% 0px' });
  links.forEach((_, id) => { const target = document.getElementById(id); if (target) seen.observe(target); });
}

export function enhanceDocument() {
  addEventListener('hashchange', arrive);
  arrive();
  stepping();
  copying();
  outline();
}
