const MOVES = { ArrowLeft: -1, ArrowRight: 1 };

/** Makes a `role="tablist"` work, by pointer and by the keys that one expects. Tabs may share a panel. */
export function createTabs(list, onSelect) {
  const tabs = [...list.querySelectorAll('[role="tab"]')];
  const panelOf = (tab) => document.getElementById(tab.getAttribute('aria-controls'));

  function select(tab) {
    for (const other of tabs) {
      other.setAttribute('aria-selected', String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
      panelOf(other).hidden = panelOf(other) !== panelOf(tab);
    }
    panelOf(tab).setAttribute('aria-labelledby', tab.id);
    onSelect(tab.dataset.name);
  }

  list.addEventListener('click', ({ target }) => {
    const tab = target.closest('[role="tab"]');
    if (tab !== null) select(tab);
  });
  list.addEventListener('keydown', (event) => {
    const at = tabs.indexOf(document.activeElement);
    const ends = { Home: 0, End: tabs.length - 1 };
    const to = ends[event.key] ?? (at + MOVES[event.key] + tabs.length) % tabs.length;
    if (Number.isNaN(to)) return;
    event.preventDefault();
    tabs[to].focus();
    select(tabs[to]);
  });
  return {
    /** Selects by name; a name that is none selects the first. */
    select: (name) => select(tabs.find((tab) => tab.dataset.name === name) ?? tabs[0]),
  };
}
