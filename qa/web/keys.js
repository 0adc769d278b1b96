// Shortcuts of one key, where nothing is being typed; `?` lists them, and they can be turned off there.
{
  const typing = (target) => target.closest?.('input, textarea, select, [contenteditable=true], [role=listbox]');
  const dialog = () => document.getElementById('help');
  const click = (selector) => document.querySelector(selector)?.click();
  const cited = (by) => {
    const all = [...document.querySelectorAll('#chat a.citation')].filter(seen);
    if (!all.length) return;
    const now = all.indexOf(document.activeElement);
    const first = all.indexOf(document.querySelector('#chat .message-row.bot-row:last-of-type a.citation'));
    const next = now < 0 ? Math.max(first, 0) : Math.min(Math.max(now + by, 0), all.length - 1);
    all[next].focus();
    all[next].scrollIntoView({ block: 'nearest' });
  };
  const KEYS = {
    '?': () => dialog()?.showModal(),
    '/': () => { tab('Ask')?.click(); window.setTimeout(() => document.querySelector('#question textarea')?.focus(), 50); },
    j: () => cited(1),
    k: () => cited(-1),
    n: () => step(1),
    p: () => step(-1),
    '[': () => click('#reader [data-step=previous]'),
    ']': () => click('#reader [data-step=next]'),
    o: () => click('#reader .sent'),
    e: () => [...document.querySelectorAll('#chat [data-act=edit]')].pop()?.click(),
    1: () => tab('Ask')?.click(),
    2: () => tab('Cables')?.click(),
    3: () => tab('Index')?.click(),
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === 'Escape') {
      const stopping = document.querySelector('#chat [data-act=stop]');
      if (stopping) stopping.click();
      else if (typing(event.target)) event.target.blur();
      return;
    }
    // A link that acts as a button is pressed by the space bar too.
    if (event.key === ' ' && event.target.matches?.('a[role=button]')) {
      event.preventDefault();
      event.target.click();
      return;
    }
    if (typing(event.target) || dialog()?.open || dialog()?.querySelector('input')?.checked === false) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.addEventListener('click', (event) => {
    if (event.target.closest?.('[data-help]')) dialog()?.showModal();
    else if (event.target === dialog()) dialog().close(); // beside it
  });
}
