// The page of the source beside the text turns as the text is read.
export function turnPages(face) {
  const passages = [...document.querySelectorAll('.passage[data-page]')];
  const inView = new Set();
  let pending = null;
  const turn = async (number) => {
    if (face.dataset.at === number) return;
    face.dataset.at = number;
    pending?.abort();
    pending = new AbortController();
    const asked = new URLSearchParams([...new URLSearchParams(location.search)].filter(([name]) => ['q', 'hit', 'lang'].includes(name)));
    try {
      const answer = await fetch(`${location.pathname}/page/${number}?${asked}`, { signal: pending.signal });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      face.querySelector('.sheet').replaceWith(page.querySelector('.sheet'));
      face.querySelector('.hint').textContent = page.querySelector('.way span:not([lang])').textContent;
    } catch { /* the page before stays */ }
  };
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) inView.add(entry.target); else inView.delete(entry.target);
    const first = passages.find((passage) => inView.has(passage));
    if (first) turn(first.dataset.page);
  }, { rootMargin: '-20% 0px -40% 0px' });
  for (const passage of passages) seen.observe(passage);
}
