// Before the first paint: how the reader likes it, as told on this device; whether a list is kept there, which needs room; and that there is
// script.
(() => {
  const page = document.documentElement;
  page.classList.add('js');
  try {
    const liked = JSON.parse(localStorage.getItem('bangfu.display') ?? '{}');
    for (const name of ['size', 'theme', 'density']) if (typeof liked[name] === 'string') page.dataset[name] = liked[name];
    if ((localStorage.getItem('bangfu.list') ?? '').length > 2) page.classList.add('keeps');
  } catch { /* nothing was told, or nothing may be kept */ }
})();
