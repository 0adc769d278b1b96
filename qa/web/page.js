// What a click on our own links does.
// It hangs on `document`, since Gradio replaces what is inside a component whenever its value changes.
const narrow = () => window.matchMedia('(max-width: 767px)').matches; // the reader stands below the conversation
const seen = (element) => Boolean(element?.offsetParent);
const search = () => window.location.search;
const go = (address) => {
  if (address !== search()) window.history.pushState({}, '', address || window.location.pathname);
};
const tab = (name) => [...document.querySelectorAll('#tabs [role=tab]')].find((each) => each.textContent.trim() === name);

// A reload finds the conversation of its browser tab again: only a number is kept here, and no longer than the tab.
window.cableTab = () => {
  let key = sessionStorage.getItem('cables');
  if (!key) {
    key = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    sessionStorage.setItem('cables', key);
  }
  return key;
};

// Of those who were logged out meanwhile, every request fails: the page then asks for the password.
const fetched = window.fetch;
window.fetch = async (...request) => {
  const response = await fetched(...request);
  if (response.status === 401) window.location.reload();
  return response;
};

window.cableSave = (name, text) => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

const say = (text) => {
  const notice = document.getElementById('notice');
  if (!notice) return;
  notice.textContent = text;
  window.setTimeout(() => { if (notice.textContent === text) notice.textContent = ''; }, 2500);
};

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // there is no clipboard but on https and on this machine itself
    const box = Object.assign(document.createElement('textarea'), { value: text });
    document.body.append(box);
    box.select();
    const copied = document.execCommand('copy');
    box.remove();
    if (!copied) return say('Your browser does not let this page copy.');
  }
  say('Copied.');
};

const fill = (text) => {
  const box = document.querySelector('#question textarea');
  box.value = text;
  box.dispatchEvent(new Event('input', { bubbles: true })); // else Gradio does not know what stands in its box
  box.focus();
};

const place = (link) => ({
  cable: link.dataset.cable,
  p: link.dataset.paragraph ?? link.dataset.p ?? '',
  s: link.dataset.start ?? '',
  e: link.dataset.end ?? '',
  words: link.dataset.words ?? '',
  as: link.dataset.as ?? '',
});

// The passages of one answer, to step through in the reader.
let trail = { cited: [], at: -1 };
const follow = (link) => {
  const answer = link.closest('.answer');
  const cited = answer ? [...answer.querySelectorAll('a.citation')] : [];
  if (cited.length) trail = { cited, at: cited.indexOf(link) };
  else if (!link.closest('#reader .tools') || link.dataset.step) trail = { cited: [], at: -1 };
};

const openPlace = (link) => {
  follow(link);
  go(link.getAttribute('href'));
  trigger('opencable', place(link));
};

const ACTS = {
  stop: () => trigger('stopasking', {}),
  again: () => trigger('askagain', {}),
  edit: () => {
    trigger('editlast', {});
    document.querySelector('#question textarea').focus();
  },
};

// In the reader: from one lit place to the next, and where there is one alone, from passage to passage.
const step = (by) => {
  const marks = [...document.querySelectorAll('#reader mark.word')];
  if (trail.cited.length > 1) {
    const next = trail.cited[(trail.at + by + trail.cited.length) % trail.cited.length];
    if (next.isConnected) return openPlace(next);
  }
  if (marks.length < 2) return undefined;
  const now = marks.findIndex((mark) => mark.classList.contains('now'));
  const next = (now + by + marks.length) % marks.length;
  marks.forEach((mark, place) => mark.classList.toggle('now', place === next));
  marks[next].scrollIntoView({ block: 'center' });
  return counted();
};

// From a cable below the conversation to the passage that it was opened from, else to the last answer.
const back = () => {
  const from = trail.cited[trail.at];
  const to = seen(from) ? from : [...document.querySelectorAll('#chat .answer')].pop() ?? document.getElementById('asking');
  to.scrollIntoView({ block: to.matches('.citation') ? 'center' : 'start' });
  from?.focus({ preventScroll: true });
};

const counted = () => {
  const hits = document.querySelector('#reader .hits');
  if (!hits) return;
  const marks = [...document.querySelectorAll('#reader mark.word')];
  const passages = trail.cited.length > 1;
  const total = passages ? trail.cited.length : marks.length;
  const at = passages ? trail.at : Math.max(0, marks.findIndex((mark) => mark.classList.contains('now')));
  const text = `${passages ? 'Passage' : 'Place'} ${at + 1} of ${total}`;
  if (hits.hidden !== total < 2) hits.hidden = total < 2;
  const which = hits.querySelector('.which');
  if (which.textContent !== text) which.textContent = text;
};

document.addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest('a, button');
  if (!link) return;
  const { dataset } = link;
  const ours = ['cable', 'question', 'correct', 'act', 'copy', 'hit', 'list', 'only', 'back'].find((name) => name in dataset);
  if (!ours) {
    if (link.matches('#tabs [role=tab]')) turned(link.textContent.trim());
    return;
  }
  event.preventDefault();
  if (ours === 'cable') openPlace(link);
  else if (ours === 'question') { go(link.getAttribute('href')); trigger('askthis', { q: dataset.question }); }
  else if (ours === 'correct') fill(dataset.correct);
  else if (ours === 'act') ACTS[dataset.act]();
  else if (ours === 'copy') copy(dataset.copy);
  else if (ours === 'hit') step(Number(dataset.hit));
  else if (ours === 'back') back();
  else if (ours === 'list') trigger('listthese', { list: dataset.list });
  else if (ours === 'only') trigger('askonly', { only: dataset.only });
});
