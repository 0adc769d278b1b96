// Brushing the timeline: a stretch of bars between press and release, or the one bar that was clicked.
{
  let from = null;
  const spanAt = (svg, x) => {
    const spans = [...svg.querySelectorAll('g.span')];
    return spans.findIndex((span) => {
      const box = span.querySelector('.hit').getBoundingClientRect();
      return x >= box.left && x < box.right;
    });
  };
  const brushed = (svg, x) => {
    const last = svg.querySelectorAll('g.span').length - 1;
    const box = svg.getBoundingClientRect();
    const at = x < box.left ? 0 : spanAt(svg, x);
    const to = at < 0 ? last : at;
    return [Math.min(from.at, to), Math.max(from.at, to)];
  };
  document.addEventListener('pointerdown', (event) => {
    const svg = event.target.closest?.('#timeline svg');
    if (!svg || event.button !== 0) return;
    const at = spanAt(svg, event.clientX);
    if (at < 0) return;
    from = { svg, at };
    event.preventDefault();
  });
  document.addEventListener('pointermove', (event) => {
    if (!from) return;
    const [first, last] = brushed(from.svg, event.clientX);
    from.svg.querySelectorAll('g.span').forEach((span, place) => {
      span.classList.toggle('brushed', place >= first && place <= last);
    });
  });
  document.addEventListener('pointerup', (event) => {
    if (!from) return;
    const spans = from.svg.querySelectorAll('g.span');
    const [first, last] = brushed(from.svg, event.clientX);
    from = null;
    spans.forEach((span) => span.classList.remove('brushed'));
    trigger('brushtime', { since: spans[first].dataset.since, until: spans[last].dataset.until });
  });
}
