// Script only enhances: every page works without it. One small module a behaviour, no build step.
import { enhanceBox } from './box.js';
import { enhanceCopy } from './copy.js';
import { offerDisplay } from './display.js';
import { enhanceDrawer } from './drawer.js';
import { enhanceFacetSearch } from './facets.js';
import { enhanceDocument } from './document.js';
import { badge, offerKeeping, offerSaving, rememberSearch } from './kept.js';
import { followLost } from './lasting.js';
import { say } from './live.js';
import { enhanceMenu } from './menu.js';
import { enhanceChoices, enhanceHistory } from './refresh.js';

const box = document.querySelector('form.box');
if (box) enhanceBox(box);
const menu = document.getElementById('menu');
enhanceMenu(document.querySelector('.open-menu'), menu);
offerDisplay(menu.querySelector('.settings'));

// What stands in `main`, again after each time it is filled anew.
function enhanceMain() {
  enhanceCopy(document.getElementById('main'));
  offerKeeping(document.getElementById('main'));
  offerSaving(document.querySelector('.tools'));
  rememberSearch();
  badge();
  const filters = document.getElementById('filters');
  if (filters) { enhanceDrawer(filters); enhanceFacetSearch(filters); enhanceChoices(filters, enhanceMain); }
}
enhanceMain();
if (document.getElementById('filters')) enhanceHistory(enhanceMain);

if (document.querySelector('.passage')) enhanceDocument(document);
if (/\/d\/[^/]+$/.test(location.pathname) || document.querySelector('.passage')) { followLost(); addEventListener('hashchange', followLost); }

const face = document.querySelector('.face');
if (face) import('./faced.js').then(({ turnPages }) => turnPages(face));
const own = document.querySelector('form.kept');
if (own) import('./list.js').then(({ showList }) => showList(own));

// The count is announced when a search leads to another, not on the first load.
const count = document.body.dataset.count;
if (count && document.referrer && new URL(document.referrer).origin === location.origin && new URL(document.referrer).pathname === '/search') say(count);
