'use strict';
// What all pages do with their tables: columns where they fit, else a card for each row; and a
// button that copies a table as csv.
(function () {
  const wrappers = Array.from(document.querySelectorAll('.scroll'));

  function roles(table) {
    // A table laid out as cards stays a table for screen readers.
    table.setAttribute('role', 'table');
    table.querySelectorAll('thead, tbody').forEach((part) => part.setAttribute('role', 'rowgroup'));
    table.querySelectorAll('tr').forEach((row) => row.setAttribute('role', 'row'));
    table.querySelectorAll('thead th').forEach((cell) => cell.setAttribute('role', 'columnheader'));
    table.querySelectorAll('tbody th').forEach((cell) => cell.setAttribute('role', 'rowheader'));
    table.querySelectorAll('td').forEach((cell) => cell.setAttribute('role', 'cell'));
  }

  // Tables out of sight are measured when they are opened: asking for the width of one lays it out.
  // The others are all measured before any is changed, so that the page is laid out twice and no more.
  function fit(tables) {
    const shown = tables.filter((wrapper) => !wrapper.closest('details:not([open])'));
    shown.forEach((wrapper) => wrapper.classList.remove('cards'));
    const wide = shown.filter((wrapper) => wrapper.scrollWidth > wrapper.clientWidth);
    wide.forEach((wrapper) => wrapper.classList.add('cards'));
  }

  function csv(table) {
    const quoted = (cell) => '"' + cell.textContent.replace(/\u00a0/g, ' ').replace(/\u2212/g, '-').replace(/"/g, '""') + '"';
    return Array.from(table.rows, (row) => Array.from(row.cells, quoted).join(',')).join('\n') + '\n';
  }

  function copy(text, done) {
    const byHand = function () {
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      const copied = document.execCommand('copy');
      area.remove();
      if (copied) done();
    };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, byHand);
    else byHand();
  }

  wrappers.forEach(function (wrapper) {
    const table = wrapper.querySelector('table');
    const button = wrapper.querySelector('.csv');
    roles(table);
    button.hidden = false;
    button.addEventListener('click', function () {
      copy(csv(table), function () {
        button.textContent = 'copied';
        setTimeout(() => { button.textContent = 'copy as csv'; }, 2000);
      });
    });
  });
  // Paper is light, whatever the screen is; charts follow this event's listeners.
  window.addEventListener('beforeprint', () => document.documentElement.classList.add('printed'));
  window.addEventListener('afterprint', () => document.documentElement.classList.remove('printed'));
  document.querySelectorAll('details').forEach(function (details) {
    details.addEventListener('toggle', () => fit(wrappers.filter((wrapper) => details.contains(wrapper))));
  });
  ['resize', 'load'].forEach((name) => window.addEventListener(name, () => fit(wrappers)));
  fit(wrappers);
})();
