'use strict';
// Draws the charts of the page from the report it embeds. Tooltips are rendered as text, never as
// HTML, because names come from data.
(function () {
  const report = JSON.parse(document.getElementById('report-data').textContent);
  // Colours are those of the style sheet, which has others for a dark screen.
  let INK, SOFT, LINE, PAPER, COLOURS, VERDICTS, BAND;
  function colours() {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue('--' + name).trim();
    [INK, SOFT, LINE, PAPER, BAND] = ['ink', 'soft', 'line', 'paper', 'band'].map(of);
    COLOURS = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => of('c' + number));
    VERDICTS = { better: of('good'), worse: of('bad'), equivalent: of('same'), undecided: of('open') };
  }
  const FONT = 'system-ui, "Segoe UI", Arial, sans-serif';
  /** More lines or groups of bars than this in one chart cannot be told apart. */
  const READABLE_ARMS = Number(document.querySelector('main').dataset.readableArms);
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
      color: COLOURS,
      textStyle: { fontFamily: FONT, color: INK },
      aria: { enabled: false }
    }, option));
    charts.push(chart);
    return chart;
  }

  function tooltip(extra) {
    return Object.assign({ renderMode: 'richText', confine: true, backgroundColor: PAPER, borderColor: LINE, textStyle: { fontSize: 12, color: INK } }, extra);
  }

  function valueAxis(name, formatter, extra) {
    return Object.assign({
      type: 'value',
      name: name,
      nameLocation: 'middle',
      nameGap: 30,
      nameTextStyle: { color: SOFT },
      axisLabel: { color: SOFT, formatter: formatter, hideOverlap: true },
      splitLine: { lineStyle: { color: LINE } }
    }, extra);
  }

  function categoryAxis(data, extra) {
    return Object.assign({
      type: 'category',
      data: data,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: LINE } },
      axisLabel: { color: INK, interval: 0 }
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
      texts.push({ type: 'text', silent: true, x: place[0], y: place[1], style: { text: note.text, fill: note.colour, font: '11px ' + FONT, stroke: PAPER, lineWidth: 3 } });
    });
    chart.setOption({ graphic: texts });
  }

  const coloured = (lines) => lines.map((line) => ({ name: line.name, colour: line.colour }));

  // Ends of an axis on a whole step, so that its labels stay short.
  function steps(values) {
    const low = Math.min(...values);
    const high = Math.max(...values);
    const raw = (high - low) / 8;
    const unit = Math.pow(10, Math.floor(Math.log10(raw)));
    const step = [1, 2, 5, 10].map((m) => m * unit).find((candidate) => candidate >= raw);
    return { min: Math.floor(low / step) * step, max: Math.ceil(high / step) * step, interval: step };
  }

  function forest() {
    // The interval that agrees with the verdict; reports of earlier versions have only one.
    const ends = (pair) => pair.corrected || pair;
    const pairs = report.pairs
      .filter((pair) => pair.metric === report.metric && pair.relative !== undefined)
      .map((pair) => Object.assign({}, pair, { relativeLow: ends(pair).relativeLow, relativeHigh: ends(pair).relativeHigh }))
      .reverse();
    if (!pairs.length) return;
    const bars = {
      type: 'custom',
      encode: { x: [1, 2, 3], y: 0 },
      data: pairs.map((pair, index) => [index, pair.relative, pair.relativeLow, pair.relativeHigh]),
      renderItem: function (params, api) {
        const y = api.coord([0, api.value(0)])[1];
        const from = api.coord([api.value(2), 0])[0];
        const to = api.coord([api.value(3), 0])[0];
        const at = api.coord([api.value(1), 0])[0];
        const stroke = { stroke: VERDICTS[pairs[params.dataIndex].verdict], lineWidth: 2, fill: 'none' };
        const line = (x1, y1, x2, y2) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: stroke });
        return {
          type: 'group',
          children: [
            line(from, y, to, y),
            line(from, y - 5, from, y + 5),
            line(to, y - 5, to, y + 5),
            { type: 'circle', shape: { cx: at, cy: y, r: 5 }, style: { fill: stroke.stroke } }
          ]
        };
      },
      markArea: {
        silent: true,
        itemStyle: { color: BAND, opacity: 0.6 },
        data: [[{ xAxis: -report.margin }, { xAxis: report.margin }]]
      },
      markLine: {
        silent: true,
        symbol: 'none',
        label: { show: false },
        lineStyle: { color: SOFT, type: 'solid', width: 1 },
        data: [{ xAxis: 0 }]
      }
    };
    const full = pairs.map((pair) => pair.a + '\nvs ' + pair.b);
    // Long names are written once in the key, under their numbers.
    const fits = width(full) < 0.45 * room('forest');
    const numbers = new Map(report.arms.map((arm, index) => [arm.name, String(index + 1)]));
    const names = fits ? full : pairs.map((pair) => numbers.get(pair.a) + ' vs ' + numbers.get(pair.b));
    if (!fits) key('forest', report.arms.map((arm) => ({ name: arm.name, mark: numbers.get(arm.name) })));
    const reach = steps([-1.5 * report.margin, 1.5 * report.margin]
      .concat(pairs.map((pair) => pair.relativeLow), pairs.map((pair) => pair.relativeHigh)));
    draw('forest', {
      grid: { left: width(names) + 20, right: 24, top: 8, bottom: 44 },
      tooltip: tooltip({
        trigger: 'item',
        formatter: function (item) {
          const pair = pairs[item.dataIndex];
          return pair.a + '\nis ' + pair.verdict + (pair.verdict === 'better' || pair.verdict === 'worse' ? ' than\n' : ' against\n') + pair.b +
            '\n' + signed(pair.relative) + ' (' + signed(pair.relativeLow) + ' to ' + signed(pair.relativeHigh) + ')';
        }
      }),
      xAxis: valueAxis('difference in ' + report.metric + ', relative', (v) => tick(100 * v) + ' %', reach),
      yAxis: categoryAxis(names, { axisLabel: { color: INK, interval: 0, fontSize: 12, lineHeight: 15 } }),
      series: [bars]
    }, 70 + (fits ? 42 : 24) * pairs.length);
  }

  function rates() {
    const kind = (row) => [row.layout, row.batchSize, row.masks].join(' ');
    // Arms that differ in their loss alone have the same batches.
    const rows = Array.from(new Map(report.falseNegatives.map((row) => [kind(row), row])).values()).reverse();
    if (!rows.length) return;
    const several = new Set(rows.map((row) => row.masks)).size > 1;
    const name = (row, gap) => row.layout + gap + 'B=' + row.batchSize + (several ? ', ' + row.masks : '');
    const narrow = width(rows.map((row) => name(row, ', '))) + 190 > 0.6 * room('rates');
    const names = rows.map((row) => name(row, narrow ? '\n' : ', '));
    const series = (title, field, colour) => ({
      name: title,
      type: 'bar',
      stack: 'rate',
      barMaxWidth: 20,
      itemStyle: { color: colour },
      data: rows.map((row) => row[field])
    });
    const collision = series('collision with another user\u2019s row', 'collisionRate', COLOURS[5]);
    collision.label = {
      show: true,
      position: 'right',
      color: INK,
      backgroundColor: PAPER,
      formatter: (item) => percent(rows[item.dataIndex].falseNegativeRate) + (narrow ? '' : '   (' + rows[item.dataIndex].effectiveUsers.toFixed(1) + ' effective users)')
    };
    const own = series('the same user\u2019s row', 'sameUserRate', COLOURS[1]);
    key('rates', [own, collision].map((each) => ({ name: each.name, colour: each.itemStyle.color })));
    draw('rates', {
      grid: { left: width(names) + 20, right: narrow ? 60 : 190, top: 8, bottom: 44 },
      tooltip: tooltip({ trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: (v) => percent(v, 2) }),
      xAxis: valueAxis('share of in-batch negatives', (v) => tick(100 * v) + ' %', { min: 0 }),
      yAxis: categoryAxis(names, { axisLabel: { color: INK, interval: 0, lineHeight: 15 } }),
      series: [own, collision]
    }, 80 + (narrow ? 40 : 30) * rows.length);
  }

  // All arms, or the first and the best of the others; in their order.
  function shown() {
    const value = (arm) => (arm.metrics[report.metric] ? arm.metrics[report.metric].mean : -Infinity);
    const best = report.arms.slice(1).sort((a, b) => value(b) - value(a)).slice(0, READABLE_ARMS - 1);
    return report.arms
      .filter((arm, index) => index === 0 || best.includes(arm))
      .map((arm, index) => Object.assign({ colour: COLOURS[index] }, arm));
  }

  function curve(id, field, axisName) {
    const series = [];
    const arms = shown().filter((arm) => arm.curves.length);
    arms.forEach(function (arm) {
      arm.curves.forEach(function (seed) {
        series.push({
          name: arm.name,
          type: 'line',
          showSymbol: seed.points.length < 3,
          lineStyle: { width: 1.6 },
          color: arm.colour,
          data: seed.points.map((point) => [point[field], point.value])
        });
      });
    });
    if (!series.length) return;
    key(id, coloured(arms));
    draw(id, {
      grid: { left: 56, right: 36, top: 12, bottom: 44 },
      tooltip: tooltip({
        trigger: 'item',
        formatter: (item) => item.seriesName + '\n' + axisName + ' ' + tick(item.value[0]) + ': ' + metric(item.value[1])
      }),
      xAxis: valueAxis(axisName, (v) => v.toLocaleString('en-GB'), { splitLine: { show: false } }),
      yAxis: valueAxis('', tick, { scale: true }),
      series: series
    }, 300);
  }

  // Storage order first, then growing buffers, then IID: the report says by which numbers.
  function byMixing(a, b) {
    return a.mixing[0] - b.mixing[0] || a.mixing[1] - b.mixing[1];
  }

  // One line of the trade-off for each batch size, mask and other setting, its points in the order of mixing.
  function tradeLines() {
    const several = new Set(report.tradeOff.map((point) => point.masks)).size > 1;
    const lines = new Map();
    report.tradeOff.slice().sort((a, b) => a.masks.localeCompare(b.masks) || a.settings.localeCompare(b.settings) || a.batchSize - b.batchSize).forEach(function (point) {
      const name = 'B=' + point.batchSize.toLocaleString('en-GB') + (several ? ', ' + point.masks : '') + (point.settings ? ', ' + point.settings : '');
      if (!lines.has(name)) lines.set(name, []);
      lines.get(name).push(point);
    });
    lines.forEach((points) => points.sort(byMixing));
    const first = report.arms[0].name;
    const holdsFirst = (line) => line.points.some((point) => point.arm === first);
    const all = Array.from(lines, ([name, points]) => ({ name, points }));
    const kept = all.slice().sort((a, b) => holdsFirst(b) - holdsFirst(a) || b.points.length - a.points.length).slice(0, READABLE_ARMS);
    return all.filter((line) => kept.includes(line)).map((line, index) => Object.assign(line, { colour: COLOURS[index] }));
  }

  // Vertical intervals beside the points they belong to, each line's a little apart.
  function whiskers(line, at, shift) {
    return {
      name: line.name,
      type: 'custom',
      silent: true,
      tooltip: { show: false },
      encode: { x: 0, y: [1, 2] },
      data: line.points.map((point) => [at(point), point.metric.low, point.metric.high]),
      renderItem: function (params, api) {
        const low = api.coord([api.value(0), api.value(1)]);
        const high = api.coord([api.value(0), api.value(2)]);
        const x = low[0] + shift;
        const style = { stroke: line.colour, lineWidth: 1.3, opacity: 0.5, fill: 'none' };
        const bar = (x1, y1, x2, y2) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: style });
        return { type: 'group', children: [bar(x, low[1], x, high[1]), bar(x - 3, low[1], x + 3, low[1]), bar(x - 3, high[1], x + 3, high[1])] };
      }
    };
  }

  function axisTitle(name, gap) {
    return { name: name, nameLocation: 'middle', nameRotate: 90, nameGap: gap, nameTextStyle: { color: SOFT } };
  }

  function trade(id, title, pick, write, extra) {
    const lines = tradeLines();
    const element = document.getElementById(id);
    if (!lines.length || !element) return;
    const layouts = Array.from(new Set(lines.flatMap((line) => line.points).sort(byMixing).map((point) => point.layout)));
    const crowded = (width(layouts) + 14) * layouts.length > element.clientWidth - 110;
    const below = crowded ? 18 + 0.62 * width(layouts) : 22;
    const intervals = id === 'trade-metric';
    const side = intervals ? 58 : 24 + width(report.tradeOff.map((point) => write(pick(point))));
    const shift = (index) => (intervals ? 5 * (index - (lines.length - 1) / 2) : 0);
    const grid = { left: side + 22, right: 30, top: 20, bottom: below + 24 };
    const chart = draw(id, {
      grid: grid,
      tooltip: tooltip({ trigger: 'axis', valueFormatter: (v) => (typeof v === 'number' ? write(v) : '\u2013') }),
      xAxis: categoryAxis(layouts, {
        name: 'layout, from storage order to shuffled',
        nameLocation: 'middle',
        nameGap: below + 4,
        nameTextStyle: { color: SOFT },
        axisLabel: { color: INK, interval: 0, rotate: crowded ? 32 : 0 }
      }),
      yAxis: valueAxis('', write, Object.assign(axisTitle(title, side), extra)),
      series: lines.map((line, index) => ({
        name: line.name,
        type: 'line',
        color: line.colour,
        connectNulls: true,
        symbol: 'circle',
        symbolSize: 7,
        symbolOffset: [shift(index), 0],
        data: layouts.map(function (layout) {
          const point = line.points.find((each) => each.layout === layout);
          return point ? pick(point) : null;
        })
      })).concat(intervals ? lines.map((line, index) => whiskers(line, (point) => layouts.indexOf(point.layout), shift(index))) : [])
    }, 330);
    if (!intervals) {
      annotate(chart, grid, lines.flatMap((line) => line.points.map((point) => ({
        at: chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [layouts.indexOf(point.layout), pick(point)]),
        text: write(pick(point)),
        colour: line.colour
      }))));
    }
  }

  function tradeMap() {
    const lines = tradeLines();
    if (!lines.length) return;
    const reference = report.arms[0].name;
    const label = (point) => point.layout + (point.arm === reference ? ' (reference)' : '');
    key('trade-map', coloured(lines));
    const grid = { left: 80, right: 40, top: 16, bottom: 50 };
    const chart = draw('trade-map', {
      grid: grid,
      tooltip: tooltip({
        trigger: 'item',
        formatter: function (item) {
          const point = lines[item.seriesIndex].points[item.dataIndex];
          return point.arm + '\n' + report.metric + ' ' + metric(point.metric.mean) + ' (' + metric(point.metric.low) + ' to ' + metric(point.metric.high) + ')\n' +
            Math.round(point.examplesPerSecond).toLocaleString('en-GB') + ' examples per second\n' + percent(point.falseNegativeRate) + ' false negatives';
        }
      }),
      xAxis: valueAxis('examples trained on per second', (v) => v.toLocaleString('en-GB'), { scale: true, splitLine: { show: false } }),
      yAxis: valueAxis('', tick, Object.assign(axisTitle(report.metric, 54), { scale: true })),
      series: lines.map((line) => ({
        name: line.name,
        type: 'scatter',
        color: line.colour,
        symbol: 'circle',
        symbolSize: 9,
        data: line.points.map((point) => [point.examplesPerSecond, point.metric.mean])
      })).concat(lines.map((line) => whiskers(line, (point) => point.examplesPerSecond, 0)))
    }, 420);
    // The reference first, so that it finds room.
    annotate(chart, grid, lines.flatMap((line) => line.points.map((point) => ({
      at: chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [point.examplesPerSecond, point.metric.mean]),
      text: label(point),
      colour: line.colour,
      beside: true,
      first: point.arm === reference
    }))).sort((a, b) => b.first - a.first));
  }

  function slices() {
    const names = [];
    const users = {};
    const arms = shown();
    arms.forEach((arm) => arm.slices.forEach(function (slice) {
      if (slice.metrics[report.metric] !== undefined && !names.includes(slice.name)) {
        names.push(slice.name);
        users[slice.name] = slice.users;
      }
    }));
    if (!names.length) return;
    key('slices-chart', coloured(arms));
    const labels = names.map((name) => name.replace(':', ' ') + '\n' + users[name].toLocaleString('en-GB') + (users[name] === 1 ? ' user' : ' users'));
    draw('slices-chart', {
      grid: { left: width(labels) + 20, right: 24, top: 8, bottom: 44 },
      tooltip: tooltip({ trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: (v) => (v === undefined || v === null ? '\u2013' : metric(v)) }),
      xAxis: valueAxis(report.metric, tick),
      yAxis: categoryAxis(labels, { inverse: true, axisLabel: { color: INK, interval: 0, lineHeight: 16 } }),
      series: arms.map((arm) => ({
        name: arm.name,
        type: 'bar',
        color: arm.colour,
        barGap: '10%',
        data: names.map(function (name) {
          const slice = arm.slices.find((each) => each.name === name);
          return slice ? slice.metrics[report.metric] : null;
        })
      }))
    }, 60 + names.length * (24 + 7 * arms.length));
  }

  function drawAll() {
    forest();
    rates();
    curve('curve-steps', 'step', 'steps');
    curve('curve-seconds', 'seconds', 'seconds');
    tradeMap();
    trade('trade-metric', report.metric, (point) => point.metric.mean, (v) => v.toFixed(3), { scale: true });
    trade('trade-step', 'ms per step (median)', (point) => point.stepMillis, short, { type: 'log', logBase: 2 });
    trade('trade-false', 'share of negatives', (point) => point.falseNegativeRate, (v) => percent(v), { min: 0 });
    trade('trade-users', 'effective users', (point) => point.effectiveUsers, short, { type: 'log', logBase: 2 });
    trade('trade-dedup', 'rows per request', (point) => point.dedupRatio, short, { min: 0 });
    trade('trade-speed', 'examples per second', (point) => point.examplesPerSecond, short, { min: 0 });
    slices();
  }

  // Margins and keys follow the width, so a page of another width is drawn again.
  let drawn = 0;
  function redraw(force) {
    if (window.innerWidth === drawn && force !== true) return;
    drawn = window.innerWidth;
    colours();
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
})();
