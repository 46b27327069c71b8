// Script only enhances: every page works without it. One small module a behaviour, no build step.
import { enhanceBox } from './box.js';
import { enhanceCopy } from './copy.js';
import { enhanceDrawer } from './drawer.js';
import { enhanceFacetSearch } from './facets.js';
import { enhanceDocument } from './document.js';
import { followLost } from './lasting.js';
import { say } from './live.js';

const box = document.querySelector('form.box');
if (box) enhanceBox(box);
enhanceCopy(document);
const filters = document.getElementById('filters');
if (filters) { enhanceDrawer(filters); enhanceFacetSearch(filters); }
if (document.querySelector('.passage')) enhanceDocument(document);
if (/\/d\/[^/]+$/.test(location.pathname) || document.querySelector('.passage')) { followLost(); addEventListener('hashchange', followLost); }

// The count is announced when a search leads to another, not on the first load.
const count = document.body.dataset.count;
if (count && document.referrer && new URL(document.referrer).origin === location.origin && new URL(document.referrer).pathname === '/search') say(count);
