// One live region for the whole page.
const region = document.getElementById('live');

export function say(text) {
  region.textContent = '';
  // A region filled in the same turn in which the page was parsed is not read out.
  setTimeout(() => { region.textContent = text; }, 150);
}
