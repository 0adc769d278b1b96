// Put into a page before its own scripts: takes times by the page's own clock, so that nothing waits for whoever asks.
window.stopwatch = {
  // Whether some of it is to be seen, in the window and in what scrolls it.
  inView(element) {
    if (!element?.offsetParent) return false;
    const frame = element.closest('#reader, [role=log]')?.getBoundingClientRect() ?? { top: 0, bottom: innerHeight };
    const { top, bottom, height } = element.getBoundingClientRect();
    return height > 0 && bottom > Math.max(0, frame.top) && top < Math.min(innerHeight, frame.bottom);
  },
  // Milliseconds from the page's beginning until it holds and is painted.
  untilPainted(holds, within = performance.now() + 60000) {
    return new Promise((resolve, reject) => {
      const look = () => requestAnimationFrame(() => {
        if (holds()) setTimeout(() => resolve(performance.now())); // behind the painting of this frame
        else if (performance.now() > within) reject(new Error(`It has not come to hold: ${holds}`));
        else look();
      });
      look();
    });
  },
  // Milliseconds from the last event of this kind until it holds and is painted.
  async since(kind, holds) {
    let begun = 0;
    const note = (event) => { begun = event.timeStamp; };
    document.addEventListener(kind, note, true);
    const painted = await this.untilPainted(() => begun && holds());
    document.removeEventListener(kind, note, true);
    return painted - begun;
  },
};
