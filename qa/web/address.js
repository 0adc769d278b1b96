// The address: it follows what is in front, and leads back to it; and where the conversation scrolls.
// The address follows the tab that is in front; the list writes its own, with its filters.
let asking = search().includes('tab=') ? '' : search();
const turned = (name) => {
  if (!search().includes('tab=')) asking = search();
  if (name === 'Ask') go(asking);
  else if (name === 'Index') go('?tab=index');
};

window.addEventListener('popstate', () => {
  const params = Object.fromEntries(new URLSearchParams(search()));
  if (params.tab === 'cables') return trigger('listthese', { list: search().slice(1) });
  if (params.tab === 'index') return tab('Index')?.click();
  if (!seen(document.getElementById('talk'))) tab('Ask')?.click();
  if (params.cable) return trigger('opencable', params);
  if (!params.q) return undefined;
  const answers = [...document.querySelectorAll('#chat .answer[data-address]')];
  const answer = answers.findLast(({ dataset }) =>
    dataset.asked === params.q || new URLSearchParams(dataset.address).get('q') === params.q);
  if (!answer) return trigger('askthis', { q: params.q });
  return toTop([...document.querySelectorAll('#chat .answer')].indexOf(answer));
});

// A question moves to the top of the conversation, so that its answer begins in view.
const toTop = (number) => {
  const question = document.querySelectorAll('#chat p.asked')[number];
  if (!question) return;
  if (narrow()) question.scrollIntoView({ block: 'start' });
  const log = question.closest('[role=log]');
  if (log && !narrow()) log.scrollTop += question.getBoundingClientRect().top - log.getBoundingClientRect().top - 24;
};

// While a question waits, its place in the line is asked for now and then.
let queued = 0;
const whereInLine = () => {
  queued = 0;
  if (!document.querySelector('#chat .answer .waiting')) return;
  trigger('whereinline', {});
  queued = window.setTimeout(whereInLine, 1000);
};

let asked = '';
let listed = '';
let due = false;
const look = () => { // once for all changes of a moment
  if (due) return;
  due = true;
  window.setTimeout(() => { due = false; looked(); }, 20);
};
const looked = () => {
  const chat = document.getElementById('chat');
  if (!chat) return;
  // Gradio names a message by its whole HTML; its text is name enough.
  for (const message of chat.querySelectorAll('[aria-label*="<"]')) message.removeAttribute('aria-label');
  const answers = [...chat.querySelectorAll('.answer')];
  const last = answers.at(-1);
  const waiting = chat.querySelector('.answer .waiting') !== null;
  if (last?.dataset.address && new URLSearchParams(search()).get('q') === last.dataset.asked && !search().includes('cable=')) {
    // As it was understood, so that a shared follow-up stands by itself.
    if (search() !== last.dataset.address) window.history.replaceState({}, '', last.dataset.address);
  }
  if (waiting && !queued) queued = window.setTimeout(whereInLine, 700);
  const now = `${answers.length} ${waiting}`;
  if (now !== asked) {
    asked = now;
    if (last) window.setTimeout(() => toTop(answers.length - 1), 60);
  }
  // The list as it is seen; '' while another tab is in front of it.
  const list = document.querySelector('#cables [data-address]');
  const address = seen(list) ? list.dataset.address : '';
  if (address !== listed) {
    listed = address;
    if (!search().includes('tab=')) asking = search();
    if (address && search().includes('tab=cables')) window.history.replaceState({}, '', address);
    else if (address) go(address);
  }
  counted();
};
new MutationObserver(look).observe(document.body, {
  childList: true, subtree: true, attributes: true, attributeFilter: ['style', 'hidden', 'data-address'],
});
