// Copying: a passage with its source and link, or a citation.
import { say } from './live.js';

export async function copy(text) {
  const words = document.body.dataset;
  try {
    await navigator.clipboard.writeText(text);
    say(words.copied);
    return true;
  } catch {
    say(words.copyFailed);
    return false;
  }
}

export function enhanceCopy(root) {
  for (const button of root.querySelectorAll('button[data-copy-text]')) {
    const label = button.textContent;
    button.addEventListener('click', async () => {
      const done = await copy(document.getElementById(button.dataset.copyText).textContent);
      button.textContent = done ? document.body.dataset.copied : document.body.dataset.copyFailed;
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }
}
