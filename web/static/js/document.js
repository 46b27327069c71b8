// The document: stepping through hits, arriving by link, copying a passage with its source.
import { copy } from './copy.js';
import { say } from './live.js';

const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

function arrive() {
  const [id, range] = decodeURIComponent(location.hash.slice(1)).split(/[.:]/);
  const passage = id && document.getElementById(id);
  if (!passage || !passage.classList.contains('passage')) return;
  document.querySelectorAll('.passage.lit').forEach((other) => other.classList.remove('lit'));
  passage.classList.add('lit');
  passage.focus({ preventScroll: true });
  passage.scrollIntoView({ block: 'center', behavior: 'instant' });
  if (range && passage.dataset.sentences) light(passage, range);
}

// A sentence range (#id.2-3) is drawn as a highlight over text that stays as it is.
function light(passage, range) {
  const sentences = passage.dataset.sentences.split(',').map((pair) => pair.split('-').map(Number));
  const [first, last = first] = range.split('-').map(Number);
  if (!sentences[first - 1] || !sentences[last - 1] || !globalThis.Highlight) return;
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
  CSS.highlights.set('sentence', new Highlight(drawn));
}

function stepping() {
  const marks = [...document.querySelectorAll('.text mark')];
  const place = document.querySelector('[data-at]');
  if (!marks.length || !place) return;
  let at = -1;
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
    const picked = String(getSelection()).trim();
    const words = passage.querySelector('.words').textContent;
    const quote = picked && words.includes(picked) ? picked : words;
    const { permalink, citation } = document.body.dataset;
    const done = await copy(`“${quote}”\n——${citation}\n${permalink}${link.dataset.copy}`);
    link.classList.toggle('done', done);
    history.replaceState(null, '', `#${link.dataset.copy}`);
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
