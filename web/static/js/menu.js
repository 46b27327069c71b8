// The menu of small screens. Without script the link's target opens it.
export function enhanceMenu(opener, menu) {
  opener.setAttribute('role', 'button');
  opener.setAttribute('aria-controls', menu.id);
  const set = (open) => {
    menu.classList.toggle('open', open);
    opener.setAttribute('aria-expanded', String(open));
  };
  set(false);
  const press = (event) => { event.preventDefault(); set(!menu.classList.contains('open')); };
  opener.addEventListener('click', press);
  opener.addEventListener('keydown', (event) => { if (event.key === ' ') press(event); });
  menu.addEventListener('keydown', (event) => { if (event.key === 'Escape') { set(false); opener.focus(); } });
  document.addEventListener('pointerdown', (event) => { if (!menu.contains(event.target) && event.target !== opener) set(false); });
}
