'use strict';
// The charts of the report that the page embeds, with what chart-kit.js gives.
(function () {
  const { colour, keepDrawn, draw, tooltip, valueAxis, categoryAxis, axisTitle, percent, signed,
    metric, tick, short, width, room, key, annotate, steps } = chartKit;
  const report = JSON.parse(document.getElementById('report-data').textContent);
  /** More lines or groups of bars than this in one chart cannot be told apart. */
  const READABLE_ARMS = Number(document.querySelector('main').dataset.readableArms);
  /** By how many degrees labels are turned that have no room side by side. */
  const TURNED = 32;
  const coloured = (lines) => lines.map((line) => ({ name: line.name, colour: line.colour }));

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
        const stroke = { stroke: colour.verdicts[pairs[params.dataIndex].verdict], lineWidth: 2, fill: 'none' };
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
        itemStyle: { color: colour.band, opacity: 0.6 },
        data: [[{ xAxis: -report.margin }, { xAxis: report.margin }]]
      },
      markLine: {
        silent: true,
        symbol: 'none',
        label: { show: false },
        lineStyle: { color: colour.soft, type: 'solid', width: 1 },
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
      yAxis: categoryAxis(names, { axisLabel: { color: colour.ink, interval: 0, fontSize: 12, lineHeight: 15 } }),
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
    const collision = series('collision with another user\u2019s row', 'collisionRate', colour.arms[5]);
    collision.label = {
      show: true,
      position: 'right',
      color: colour.ink,
      backgroundColor: colour.paper,
      formatter: (item) => percent(rows[item.dataIndex].falseNegativeRate) + (narrow ? '' : '   (' + rows[item.dataIndex].effectiveUsers.toFixed(1) + ' effective users)')
    };
    const own = series('the same user\u2019s row', 'sameUserRate', colour.arms[1]);
    key('rates', [own, collision].map((each) => ({ name: each.name, colour: each.itemStyle.color })));
    draw('rates', {
      grid: { left: width(names) + 20, right: narrow ? 60 : 190, top: 8, bottom: 44 },
      tooltip: tooltip({ trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: (v) => percent(v, 2) }),
      xAxis: valueAxis('share of in-batch negatives', (v) => tick(100 * v) + ' %', { min: 0 }),
      yAxis: categoryAxis(names, { axisLabel: { color: colour.ink, interval: 0, lineHeight: 15 } }),
      series: [own, collision]
    }, 80 + (narrow ? 40 : 30) * rows.length);
  }

  // All arms, or the first and the best of the others; in their order.
  function shown() {
    const value = (arm) => (arm.metrics[report.metric] ? arm.metrics[report.metric].mean : -Infinity);
    const best = report.arms.slice(1).sort((a, b) => value(b) - value(a)).slice(0, READABLE_ARMS - 1);
    return report.arms
      .filter((arm, index) => index === 0 || best.includes(arm))
      .map((arm, index) => Object.assign({ colour: colour.arms[index] }, arm));
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
    return all.filter((line) => kept.includes(line)).map((line, index) => Object.assign(line, { colour: colour.arms[index] }));
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

  // What the left margin must be for labels that end below their place, each its own width before it.
  function roomForTurned(labels, end) {
    return Math.max(...labels.map(function (label, index) {
      const before = (index + 0.5) / labels.length;
      const reach = Math.cos(TURNED * Math.PI / 180) * width([label]) + 12;
      return (reach - before * end) / (1 - before);
    }));
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
    const right = 30;
    const left = crowded ? Math.max(side + 22, roomForTurned(layouts, element.clientWidth - right)) : side + 22;
    const grid = { left, right, top: 20, bottom: below + 24 };
    const chart = draw(id, {
      grid: grid,
      tooltip: tooltip({ trigger: 'axis', valueFormatter: (v) => (typeof v === 'number' ? write(v) : '\u2013') }),
      xAxis: categoryAxis(layouts, {
        name: 'layout, from storage order to shuffled',
        nameLocation: 'middle',
        nameGap: below + 4,
        nameTextStyle: { color: colour.soft },
        axisLabel: { color: colour.ink, interval: 0, rotate: crowded ? TURNED : 0 }
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
    if (chart && !intervals) {
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
    // Without a place for it, such as where all batches are of one kind, nothing is drawn.
    if (!chart) return;
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
      yAxis: categoryAxis(labels, { inverse: true, axisLabel: { color: colour.ink, interval: 0, lineHeight: 16 } }),
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

  keepDrawn(function () {
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
  });
})();
