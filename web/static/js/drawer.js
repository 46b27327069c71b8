// The filter drawer of small screens. Without script the link's target opens it; here it also holds the focus and closes on Esc.
export function enhanceDrawer(filters) {
  const opener = document.querySelector('.open-filters');
  const closers = filters.querySelectorAll('a[href="#results"]');
  if (!opener) return;
  opener.setAttribute('role', 'button');
  opener.setAttribute('aria-controls', 'filters');
  const set = (open, focus = true) => {
    filters.classList.toggle('open', open);
    opener.setAttribute('aria-expanded', String(open));
    if (focus) (open ? filters : opener).focus();
  };
  set(location.hash === '#filters', false);
  const press = (event, open) => { event.preventDefault(); set(open); };
  opener.addEventListener('click', (event) => press(event, true));
  opener.addEventListener('keydown', (event) => { if (event.key === ' ') press(event, true); });
  for (const closer of closers) closer.addEventListener('click', (event) => {
    press(event, false);
    if (location.hash === '#filters') history.replaceState(null, '', location.pathname + location.search);
  });
  filters.addEventListener('keydown', (event) => {
    if (!filters.classList.contains('open')) return;
    if (event.key === 'Escape') { set(false); return; }
    if (event.key !== 'Tab') return;
    const stops = [...filters.querySelectorAll('a[href], button, input, summary')].filter((item) => item.getClientRects().length > 0);
    const [first, last] = [stops[0], stops.at(-1)];
    if (event.shiftKey && (document.activeElement === first || document.activeElement === filters)) { event.preventDefault(); last.focus(); }
    else if (!event.shiftKey && document.activeElement === last) { event.preventDefault(); first.focus(); }
  });
}
