// Size, colours, density and single-key shortcuts, kept on this device.
import { words } from './words.js';

const KEY = 'bangfu.display';
const CHOICES = {
  size: ['small', '', 'large', 'huge'],
  theme: ['', 'light', 'dark'],
  density: ['', 'dense'],
  keys: ['', 'off'],
};

export function liked() {
  try { return JSON.parse(localStorage.getItem(KEY) ?? '{}'); } catch { return {}; }
}

// Keys without Ctrl, Alt or Meta can be switched off (WCAG 2.1.4).
export const singleKeys = () => liked().keys !== 'off';

function keep(name, value) {
  const all = { ...liked(), [name]: value };
  if (!value) delete all[name];
  try { localStorage.setItem(KEY, JSON.stringify(all)); } catch { /* it holds for this page */ }
  if (name === 'keys') return;
  if (value) document.documentElement.dataset[name] = value; else delete document.documentElement.dataset[name];
}

function group(name, said) {
  const fieldset = document.createElement('fieldset');
  const legend = document.createElement('legend');
  legend.textContent = said[name];
  fieldset.append(legend);
  for (const value of CHOICES[name]) {
    const label = document.createElement('label');
    const radio = document.createElement('input');
    Object.assign(radio, { type: 'radio', name: `display-${name}`, value, checked: (liked()[name] ?? '') === value });
    radio.addEventListener('change', () => keep(name, value));
    label.append(radio, said[`${name}-${value || 'usual'}`]);
    fieldset.append(label);
  }
  return fieldset;
}

export function offerDisplay(details) {
  const summary = details.querySelector('summary');
  details.addEventListener('toggle', async () => {
    if (!details.open || details.childElementCount > 1) return;
    const said = await words();
    const panel = document.createElement('div');
    panel.append(...Object.keys(CHOICES).map((name) => group(name, said)));
    details.append(panel);
  });
  details.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && details.open) { details.open = false; summary.focus(); }
  });
  document.addEventListener('pointerdown', (event) => { if (!details.contains(event.target)) details.open = false; });
}
