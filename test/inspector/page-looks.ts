// How the page looks, judged inside the browser: each of these runs there by itself.

/** In the browser: how many different colours each chart's canvas holds. */
export function inkOfCharts(): Record<string, number> {
  const hosts = [...document.querySelectorAll<HTMLElement>('[data-chart]')];
  return Object.fromEntries(
    hosts.map((host) => {
      const canvas = host.querySelector('canvas');
      const context = canvas?.getContext('2d');
      if (!canvas || !context) return [host.dataset.chart ?? '', 0];
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      return [host.dataset.chart ?? '', new Set(new Uint32Array(data.buffer)).size];
    }),
  );
}

/** In the browser: texts whose contrast is below 4.5 to 1. */
export function faintTexts(): string[] {
  const parts = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const light = (colour: readonly number[]): number => {
    const linear = colour.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
  };
  /** The ground below an element: translucent ones laid over what is behind them. */
  const groundOf = (element: Element | null): number[] => {
    if (element === null) return [255, 255, 255];
    const [r = 0, g = 0, b = 0, alpha = 1] = parts(getComputedStyle(element).backgroundColor);
    if (alpha === 1) return [r, g, b];
    const below = groundOf(element.parentElement);
    return [r, g, b].map((value, at) => value * alpha + (below[at] ?? 0) * (1 - alpha));
  };
  const faint: string[] = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(
      (node) => node.nodeType === 3 && node.nodeValue?.trim(),
    );
    if (!own || !element.checkVisibility() || element.closest('.unseen, noscript, svg')) continue;
    const [one = 0, two = 0] = [
      light(parts(getComputedStyle(element).color)),
      light(groundOf(element)),
    ].sort((a, b) => b - a);
    const contrast = (one + 0.05) / (two + 0.05);
    if (contrast < 4.5) faint.push(`${element.textContent?.trim().slice(0, 30)}: ${contrast}`);
  }
  return faint;
}

/** In the browser: controls that a screen reader has no name for. */
export function nameless(): string[] {
  const controls = document.querySelectorAll<
    HTMLButtonElement | HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement
  >('button, input, select, textarea');
  return [...controls]
    .filter((control) => {
      const label = control.labels?.[0]?.textContent;
      const text = control instanceof HTMLButtonElement ? control.textContent : label;
      return (control.getAttribute('aria-label') ?? text ?? '').trim() === '';
    })
    .map((control) => control.outerHTML);
}
