'use strict';
// What the charts of a report are made of: colours, axes, numbers, keys and notes; and when they are
// drawn. It knows nothing of reports. Tooltips are rendered as text, never as HTML, because names come
// from data.
const chartKit = (function () {
  // Colours are those of the style sheet, which has others for a dark screen.
  const colour = {};
  function readColours() {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue('--' + name).trim();
    ['ink', 'soft', 'line', 'paper', 'band'].forEach((name) => { colour[name] = of(name); });
    colour.arms = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => of('c' + number));
    colour.verdicts = { better: of('good'), worse: of('bad'), equivalent: of('same'), undecided: of('open') };
  }
  const FONT = 'system-ui, "Segoe UI", Arial, sans-serif';
  let charts = [];

  function draw(id, option, height) {
    const element = document.getElementById(id);
    if (!element) return null;
    if (height) element.style.height = height + 'px';
    const chart = echarts.init(element, null, { renderer: 'svg' });
    chart.on('finished', function () {
      // A page that is printed is narrower than the screen; with this the drawing shrinks with it.
      const svg = element.querySelector('svg');
      svg.setAttribute('viewBox', '0 0 ' + chart.getWidth() + ' ' + chart.getHeight());
      element.setAttribute('data-rendered', 'true');
    });
    chart.setOption(Object.assign({
      animation: false,
      color: colour.arms,
      textStyle: { fontFamily: FONT, color: colour.ink },
      aria: { enabled: false }
    }, option));
    charts.push(chart);
    return chart;
  }

  function tooltip(extra) {
    return Object.assign({ renderMode: 'richText', confine: true, backgroundColor: colour.paper, borderColor: colour.line, textStyle: { fontSize: 12, color: colour.ink } }, extra);
  }

  function valueAxis(name, formatter, extra) {
    return Object.assign({
      type: 'value',
      name: name,
      nameLocation: 'middle',
      nameGap: 30,
      nameTextStyle: { color: colour.soft },
      axisLabel: { color: colour.soft, formatter: formatter, hideOverlap: true },
      splitLine: { lineStyle: { color: colour.line } }
    }, extra);
  }

  function categoryAxis(data, extra) {
    return Object.assign({
      type: 'category',
      data: data,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colour.line } },
      axisLabel: { color: colour.ink, interval: 0 }
    }, extra);
  }

  const percent = (share, digits) => (100 * share).toFixed(digits === undefined ? 1 : digits) + ' %';
  const signed = (share) => (share >= 0 ? '+' : '\u2212') + Math.abs(100 * share).toFixed(1) + ' %';
  const metric = (value) => value.toFixed(4);
  // 12 rather than 12.0, 0.5 rather than 0.50.
  const tick = (value) => String(Math.round(value * 1e6) / 1e6).replace('-', '\u2212');

  // 12,300 and 41.2 and 0.53.
  const short = (value) => value.toLocaleString('en-GB', { maximumFractionDigits: value >= 100 ? 0 : value >= 10 ? 1 : 2 });

  // Widths are measured rather than left to the library, whose estimate clips long names.
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = '12px ' + FONT;
  function width(texts) {
    return Math.max(0, ...texts.map((text) => Math.max(...text.split('\n').map((line) => pen.measureText(line).width))));
  }

  function room(id) {
    const element = document.getElementById(id);
    return element ? element.clientWidth : 0;
  }

  // The key is above its chart, as text of the page, which wraps however long names are.
  function key(id, entries) {
    const element = document.getElementById(id);
    if (!element) return;
    const list = document.createElement('ul');
    list.className = 'chart-key';
    entries.forEach(function (entry) {
      const item = document.createElement('li');
      const mark = document.createElement('span');
      mark.className = 'mark';
      if (entry.colour) mark.style.background = entry.colour;
      else mark.textContent = entry.mark;
      mark.classList.toggle('number', !entry.colour);
      item.append(mark, entry.name);
      list.append(item);
    });
    element.before(list);
  }

  // Writes beside points where there is room; what finds none is left to tooltip and table.
  function annotate(chart, grid, notes) {
    if (!chart) return;
    const taken = notes.map((note) => note.at).map(([x, y]) => [x - 5, y - 5, x + 5, y + 5]);
    const frame = [grid.left + 2, 4, chart.getWidth() - 2, chart.getHeight() - grid.bottom - 2];
    const inside = (box) => box[0] >= frame[0] && box[1] >= frame[1] && box[2] <= frame[2] && box[3] <= frame[3];
    const free = (box) => taken.every((other) => box[2] <= other[0] || other[2] <= box[0] || box[3] <= other[1] || other[3] <= box[1]);
    const texts = [];
    notes.forEach(function (note) {
      const wide = width([note.text]);
      const [x, y] = note.at;
      const beside = [-7, -21, 7, -35, 21].flatMap((down) => [[x + 8, y + down], [x - 8 - wide, y + down]]);
      const middle = [[x - wide / 2, y - 22], [x - wide / 2, y + 8]];
      const place = (note.beside ? beside.concat(middle) : middle.concat(beside))
        .map(([left, top]) => [left, top, left + wide, top + 14])
        .find((box) => inside(box) && free(box));
      if (!place) return;
      taken.push(place);
      texts.push({ type: 'text', silent: true, x: place[0], y: place[1], style: { text: note.text, fill: note.colour, font: '11px ' + FONT, stroke: colour.paper, lineWidth: 3 } });
    });
    chart.setOption({ graphic: texts });
  }

  // Ends of an axis on a whole step, so that its labels stay short.
  function steps(values) {
    const low = Math.min(...values);
    const high = Math.max(...values);
    const raw = (high - low) / 8;
    const unit = Math.pow(10, Math.floor(Math.log10(raw)));
    const step = [1, 2, 5, 10].map((m) => m * unit).find((candidate) => candidate >= raw);
    return { min: Math.floor(low / step) * step, max: Math.ceil(high / step) * step, interval: step };
  }

  function axisTitle(name, gap) {
    return { name: name, nameLocation: 'middle', nameRotate: 90, nameGap: gap, nameTextStyle: { color: colour.soft } };
  }

  // Margins and keys follow the width, so a page of another width is drawn again.
  function keepDrawn(drawAll) {
    let drawn = 0;
    function redraw(force) {
      if (window.innerWidth === drawn && force !== true) return;
      drawn = window.innerWidth;
      readColours();
      charts.forEach((chart) => chart.dispose());
      charts = [];
      document.querySelectorAll('.chart-key').forEach((list) => list.remove());
      drawAll();
    }

    redraw();
    window.addEventListener('resize', redraw);
    ['beforeprint', 'afterprint'].forEach(function (name) {
      window.addEventListener(name, function () {
        document.documentElement.classList.toggle('printed', name === 'beforeprint');
        redraw(true);
      });
    });
    window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => redraw(true));
  }

  return { colour, keepDrawn, draw, tooltip, valueAxis, categoryAxis, axisTitle, percent, signed, metric, tick, short, width, room, key, annotate, steps };
})();
