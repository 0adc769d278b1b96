// Scrolls to what was asked for, once it is laid out: its tab may only just be coming into view.
let shown = '';
const show = (tries) => {
  const cable = element.querySelector('article.cable');
  if (!cable || cable.dataset.opened === shown) return;
  if (cable.offsetParent === null) {
    if (tries > 0) window.setTimeout(() => show(tries - 1), 50);
    return;
  }
  shown = cable.dataset.opened;
  const found = cable.querySelector('mark') ?? cable.querySelector('.here');
  if (found?.classList.contains('word')) found.classList.add('now');
  if (found) found.scrollIntoView({ block: 'center' });
  else cable.scrollIntoView({ block: 'start' });
};
watch('value', () => window.setTimeout(() => show(40), 60));
window.setTimeout(() => show(40), 60);
