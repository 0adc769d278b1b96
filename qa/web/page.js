// The page's only script: clicks on links to cables, the years and the example go to Python; the address follows.
// It hangs on `document`, since Gradio replaces what is inside a component whenever its value changes.
const narrow = () => window.matchMedia('(max-width: 767px)').matches; // the reader stands below the conversation

const place = (link) => ({
  cable: link.dataset.cable,
  p: link.dataset.paragraph ?? link.dataset.p ?? '',
  s: link.dataset.start ?? '',
  e: link.dataset.end ?? '',
});

document.addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest('a[data-cable], a[data-question]');
  const correct = event.target.closest('a[data-correct]');
  const year = event.target.closest('#timeline [data-year]');
  if (link) {
    event.preventDefault();
    if (link.getAttribute('href') !== window.location.search) window.history.pushState({}, '', link.getAttribute('href'));
    if (link.dataset.cable) trigger('opencable', place(link));
    else trigger('askthis', { q: link.dataset.question });
  } else if (correct) {
    event.preventDefault();
    const box = document.querySelector('#question textarea');
    box.value = correct.dataset.correct;
    box.dispatchEvent(new Event('input', { bubbles: true })); // else Gradio does not know what stands in its box
    box.focus();
  } else if (year) {
    trigger('pickyear', { year: year.dataset.year });
  }
});

window.addEventListener('popstate', () => {
  const params = Object.fromEntries(new URLSearchParams(window.location.search));
  if (params.cable) trigger('opencable', params);
  else if (narrow()) [...document.querySelectorAll('#chat p.asked')].pop()?.scrollIntoView({ block: 'start' });
});

// A new question moves to the top of the conversation, so that its answer begins in view.
// Gradio names a message by its whole HTML; its text is name enough.
let asked = '';
new MutationObserver(() => {
  const chat = document.getElementById('chat');
  if (!chat) return;
  for (const message of chat.querySelectorAll('[aria-label*="<"]')) message.removeAttribute('aria-label');
  const questions = chat.querySelectorAll('p.asked');
  const now = `${questions.length} ${chat.querySelector('.answer .waiting') !== null}`;
  if (now === asked || !questions.length) return;
  asked = now;
  const last = questions[questions.length - 1];
  window.setTimeout(() => {
    if (narrow()) return last.scrollIntoView({ block: 'start' });
    const log = last.closest('[role=log]');
    if (log) log.scrollTop += last.getBoundingClientRect().top - log.getBoundingClientRect().top - 24;
  }, 60);
}).observe(document.body, { childList: true, subtree: true });
