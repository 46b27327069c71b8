// What scripts say, in the language of the page; fetched when the first of them has something to say.
let asked = null;

export function words() {
  asked ??= fetch(document.body.dataset.words).then((answer) => answer.json());
  return asked;
}

// Fills `{n}` in a string of the catalogue.
export const filled = (text, fields) => text.replace(/\{(\w+)\}/g, (_, name) => String(fields[name] ?? ''));
