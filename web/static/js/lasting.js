// An address may name a passage after `#`, which no server sees. Where the page does not hold it, its permalink says what became of it.
const ID = /^(?:[0-9a-hjkmnp-tv-z]{12}|[0-9a-hjkmnp-tv-z]{16})$/;

export async function followLost() {
  const [place] = decodeURIComponent(location.hash.slice(1)).split(':');
  const [id] = place.split('.');
  const { permalink, told, unknown } = document.body.dataset;
  if (!ID.test(id) || document.getElementById(id) || id === told) return;
  const asked = new URLSearchParams(location.search);
  const kept = new URLSearchParams([...asked].filter(([name]) => name === 'q' || name === 'lang'));
  const to = new URL(permalink + place + (kept.size ? `?${kept}` : ''));
  to.host = location.host;
  to.protocol = location.protocol;
  let status = 0;
  try {
    status = (await fetch(to, { method: 'HEAD', redirect: 'manual' })).status;
  } catch { return; }
  if (status !== 404) { location.replace(to); return; }
  const note = document.createElement('p');
  note.className = 'note';
  note.setAttribute('role', 'alert');
  note.textContent = unknown ?? '';
  if (unknown) document.getElementById('main').prepend(note);
}
