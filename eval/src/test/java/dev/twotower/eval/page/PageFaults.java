package dev.twotower.eval.page;

/**
 * Scripts that list what a reader could not read on the page that is open; empty where all is well.
 */
final class PageFaults {
  private PageFaults() {}

  /** Charts with little but a heading drawn. */
  static final String EMPTY =
      """
      return Array.from(document.querySelectorAll('.chart'))
        .filter(chart => chart.querySelectorAll('svg path').length <= 5).map(chart => chart.id);
      """;

  /** Labels that stand out of their chart. */
  static final String CLIPPED =
      """
      return Array.from(document.querySelectorAll('.chart')).flatMap(chart => {
        const frame = chart.getBoundingClientRect();
        return Array.from(chart.querySelectorAll('text')).filter(label => {
          const box = label.getBoundingClientRect();
          return box.left < frame.left - 1 || box.right > frame.right + 1
              || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
        }).map(label => chart.id + ': ' + label.textContent);
      });
      """;

  /** Labels, some of them turned, may touch but not cover each other. */
  static final String OVERLAPS =
      """
      const corners = (label) => {
        const box = label.getBBox(), to = label.getScreenCTM(), trim = 0.15 * box.height;
        const [x, y, w, h] = [box.x + 1, box.y + trim, box.width - 2, box.height - 2 * trim];
        return [[x, y], [x + w, y], [x + w, y + h], [x, y + h]]
          .map(([u, v]) => [to.a * u + to.c * v + to.e, to.b * u + to.d * v + to.f]);
      };
      const apart = (a, b) => [a, b].some(box => [0, 1].some(side => {
        const axis = [box[side + 1][0] - box[side][0], box[side + 1][1] - box[side][1]];
        const along = (each) => each.map(([x, y]) => x * axis[0] + y * axis[1]);
        const [one, other] = [along(a), along(b)];
        return Math.max(...one) <= Math.min(...other) || Math.max(...other) <= Math.min(...one);
      }));
      return Array.from(document.querySelectorAll('.chart')).flatMap(chart => {
        const labels = Array.from(chart.querySelectorAll('text')).filter(each => each.textContent.trim());
        const boxes = labels.map(corners);
        return labels.flatMap((label, i) => labels.slice(0, i)
          .filter((other, j) => !apart(boxes[i], boxes[j]))
          .map(other => chart.id + ': ' + label.textContent + ' over ' + other.textContent));
      });
      """;

  /** Whatever is wider than the page, or than the box it stands in, as text. */
  static final String BEYOND =
      """
      document.querySelectorAll('details').forEach(details => { details.open = true; });
      window.dispatchEvent(new Event('resize'));
      const page = document.documentElement;
      const wide = page.scrollWidth > page.clientWidth ? ['the page'] : [];
      document.querySelectorAll('.scroll').forEach(box => {
        if (box.scrollWidth > box.clientWidth) wide.push('table: ' + box.textContent.slice(0, 60));
      });
      document.querySelectorAll('h1, h2, p, li, dt, dd, td, tbody th, summary, button').forEach(each => {
        const box = each.getBoundingClientRect();
        if (box.width && (box.left < -1 || box.right > page.clientWidth + 1)) wide.push(each.tagName + ': ' + each.textContent.slice(0, 60));
      });
      document.querySelectorAll('td').forEach(cell => {
        const lines = document.createRange();
        lines.selectNodeContents(cell);
        const interval = /^[^a-z]* to [^a-z]*$/.test(cell.textContent);
        if (interval && new Set(Array.from(lines.getClientRects(), (r) => Math.round(r.top))).size > 1) wide.push('broken: ' + cell.textContent);
      });
      return wide;
      """;

  /** Texts too much like their background (WCAG 2.1, 1.4.3). */
  static final String CONTRAST =
      """
      const parts = (colour) => colour.match(/[0-9.]+/g).slice(0, 3).map(Number);
      const light = (colour) => parts(colour).map((c) => c / 255)
        .map((c) => (c <= 0.03928 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4)))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
      const ground = (each) => {
        for (; each; each = each.parentElement) {
          const colour = getComputedStyle(each).backgroundColor;
          if (!/, 0\\)$/.test(colour)) return colour;
        }
        return 'rgb(255, 255, 255)';
      };
      return Array.from(document.querySelectorAll('h1, p, dd, dt, td, th, figcaption, summary, [class^=verdict]')).filter(each => {
        const [a, b] = [light(getComputedStyle(each).color), light(ground(each))];
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
      }).map(each => each.tagName + '.' + each.className + ' ' + getComputedStyle(each).color + ' on ' + ground(each));
      """;
}
