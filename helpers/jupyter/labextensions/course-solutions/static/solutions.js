/* Show and hide the cells tagged "solution": a view only, the notebook itself is never touched.
 *
 * Some words of JupyterLab's:
 *   panel     a notebook's tab: panel.toolbar, panel.context (the file), panel.content
 *   notebook  panel.content: the list of cells on the page (notebook.widgets)
 *   cell      one cell on the page; cell.model is its content: id, metadata, source
 *   signal    something to connect a function to; it is called at once when the thing happens
 *
 * Why cells are hidden with cell.setHidden: it takes code, outputs and rendered markdown out of
 * view alike, leaves no gap, and is JupyterLab's own way (it does so below a collapsed heading),
 * so that the arrow keys, running, and rendering only what is in view already get along with it.
 */

const TAG = 'solution';
const TOGGLE_ALL = 'course:toggle-solutions';
const TOGGLE_ONE = 'course:toggle-solution';

// Open eye, crossed-out eye. The class jp-icon3 gives JupyterLab's icon colour in every theme.
const EYE =
  '<path class="jp-icon3" fill="#616161" d="M12 5C7 5 2.7 8.1 1 12c1.7 3.9 6 7 11 7s9.3-3.1 11-7' +
  'c-1.7-3.9-6-7-11-7zm0 11.5a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9zm0-7a2.5 2.5 0 1 0 0 5 2.5 2.5' +
  ' 0 0 0 0-5z"/>';
const STROKE =
  '<path class="jp-icon3" fill="#616161" d="M3.3 2 2 3.3 20.7 22 22 20.7z"/>';
const svg = body =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">${body}</svg>`;

const isSolution = cell => {
  const tags = cell.model.getMetadata('tags');
  return Array.isArray(tags) && tags.includes(TAG);
};

/** Which SolutionView a cell belongs to. Weak: forgotten with the cell. */
const viewOf = new WeakMap();
const isConcealed = cell => viewOf.get(cell)?.conceals(cell) ?? false;

/** What is shown of the solutions in one notebook panel. */
class SolutionView {
  constructor(panel, commands, makeButton) {
    this.panel = panel;
    this.notebook = panel.content;
    this.commands = commands;
    this.makeButton = makeButton;
    this.shown = localStorage.getItem(this.storageKey) === 'shown';
    this.exceptions = new Set(); // ids of the cells that do not go with the switch
    this.collapsed = new WeakMap(); // cell -> is it hidden by JupyterLab itself?
    this.button = null; // the switch, while the toolbar has one

    this.keepActiveCellVisible();
    // Our function runs after JupyterLab's own, which makes the new cells, and before the browser
    // draws: a solution is hidden before it was ever seen.
    this.notebook.model.cells.changed.connect(() => this.update());
    panel.context.pathChanged.connect(() => this.remember());
    this.update();
  }

  get storageKey() {
    return `course-solutions:${this.panel.context.path}`;
  }

  remember() {
    if (this.shown) {
      localStorage.setItem(this.storageKey, 'shown');
    } else {
      localStorage.removeItem(this.storageKey);
    }
  }

  get hasSolutions() {
    return this.notebook.widgets.some(isSolution);
  }

  conceals(cell) {
    return isSolution(cell) && this.shown === this.exceptions.has(cell.model.id);
  }

  /** Does a solution stand right below this cell? */
  isStub(cell) {
    const next = this.notebook.widgets[this.notebook.widgets.indexOf(cell) + 1];
    return !isSolution(cell) && next !== undefined && isSolution(next);
  }

  /** The solutions of the exercise a cell belongs to: an array of cells, perhaps empty. */
  solutionsFor(cell) {
    // By name: conv2d-stub, conv2d-check, conv2d-solution and conv2d-solution-2 belong together.
    const cells = this.notebook.widgets;
    const [name, part] = cell.model.id.split(/-(stub|check|solution)(?:-\d+)?$/);
    const named = cells.filter(
      other => isSolution(other) && other.model.id.startsWith(`${name}-solution`)
    );
    if (part && named.length) return named;
    // By place: the solutions right below the cell, or those among which it stands.
    let first = cells.indexOf(cell);
    let end = first + 1;
    while (end < cells.length && isSolution(cells[end])) end += 1;
    if (!isSolution(cell)) return cells.slice(first + 1, end);
    while (first > 0 && isSolution(cells[first - 1])) first -= 1;
    return cells.slice(first, end);
  }

  toggleAll() {
    this.shown = !this.shown;
    this.exceptions.clear();
    this.remember();
    this.update();
  }

  /** Show the given solutions if any of them is hidden, else hide them. */
  toggle(solutions) {
    this.setConcealed(solutions, !solutions.some(cell => this.conceals(cell)));
  }

  setConcealed(solutions, concealed) {
    for (const cell of solutions) {
      if (this.conceals(cell) !== concealed) {
        const id = cell.model.id;
        if (!this.exceptions.delete(id)) this.exceptions.add(id);
      }
    }
    this.update();
  }

  /** Bring the page in line with the tags and with what is to be shown. Cheap; safe to repeat. */
  update() {
    const { notebook } = this;
    if (notebook.isDisposed) return;
    let deselect = false;
    for (const cell of notebook.widgets) {
      this.adopt(cell);
      const concealed = this.conceals(cell);
      cell.toggleClass('course-solution', isSolution(cell));
      if (cell.hasClass('course-concealed') !== concealed) {
        cell.toggleClass('course-concealed', concealed);
        // Where only cells in view are drawn, others count with an estimated height.
        notebook.viewModel.setEstimatedWidgetSize(cell.model.id, concealed ? 0 : null);
        deselect = deselect || (concealed && notebook.isSelectedOrActive(cell));
      }
      cell.setHidden(this.collapsed.get(cell));
      this.updateRevealButton(cell);
    }
    if (deselect) {
      notebook.mode = 'command';
      notebook.deselectAll(); // also moves the active cell: see keepActiveCellVisible
    }
    this.updateSwitch();
  }

  /** Take charge of a cell that is new on the page. */
  adopt(cell) {
    if (viewOf.has(cell)) return;
    viewOf.set(cell, this);
    this.collapsed.set(cell, cell.isHidden);
    // JupyterLab calls setHidden for collapsed headings, and on *every* cell after each move. Both
    // reasons to be hidden are kept apart here, so that neither undoes the other.
    const setHidden = cell.setHidden.bind(cell);
    cell.setHidden = hidden => {
      this.collapsed.set(cell, hidden);
      setHidden(hidden || this.conceals(cell));
    };
    // Headings in a hidden solution do not belong in the table of contents.
    const getHeadings = cell.getHeadings.bind(cell);
    cell.getHeadings = async () => (this.conceals(cell) ? [] : getHeadings());
    cell.model.metadataChanged.connect((_, change) => {
      if (change.key === 'tags') this.update();
    });
  }

  /** Never let a hidden cell become the active one: keys typed there would edit it unseen.
   *
   * Everything that moves the active cell sets notebook.activeCellIndex: arrow keys, Shift-Enter,
   * undo, paste, search. Setting it to a hidden cell goes on, in the same direction, to the next
   * one that is visible; a cell that has just been hidden hands over to the one above (its stub).
   */
  keepActiveCellVisible() {
    const { notebook } = this;
    let owner = Object.getPrototypeOf(notebook);
    while (!Object.hasOwn(owner, 'activeCellIndex')) owner = Object.getPrototypeOf(owner);
    const { get, set } = Object.getOwnPropertyDescriptor(owner, 'activeCellIndex');
    const visibleFrom = wanted => {
      const cells = notebook.widgets;
      const start = Math.max(0, Math.min(wanted, cells.length - 1));
      const step = start > get.call(notebook) ? 1 : -1;
      for (const direction of [step, -step]) {
        for (let index = start; cells[index]; index += direction) {
          if (!this.conceals(cells[index])) return index;
        }
      }
      return wanted;
    };
    Object.defineProperty(notebook, 'activeCellIndex', {
      configurable: true,
      get: () => get.call(notebook),
      set: wanted => set.call(notebook, visibleFrom(wanted))
    });
  }

  /** The switch in the toolbar: there while the notebook has solutions. */
  updateSwitch() {
    const { toolbar } = this.panel;
    if (this.hasSolutions && !this.button) {
      this.button = this.makeButton(this.panel);
      if (!toolbar.insertAfter('cellType', 'course-solutions', this.button)) {
        toolbar.addItem('course-solutions', this.button);
      }
    } else if (!this.hasSolutions && this.button) {
      this.button.dispose();
      this.button = null;
    }
    this.commands.notifyCommandChanged(TOGGLE_ALL);
    this.commands.notifyCommandChanged(TOGGLE_ONE);
  }

  /** The small eye beside a stub. It lies in the free room under the prompt and moves nothing. */
  async updateRevealButton(cell) {
    const stub = this.isStub(cell);
    if (stub) await cell.ready; // its input area is made only when the cell comes near the view
    let button = cell.node.querySelector('.course-reveal');
    if (!stub || !this.isStub(cell)) {
      button?.remove();
      return;
    }
    if (!button) {
      button = document.createElement('button');
      button.className = 'course-reveal';
      button.tabIndex = -1; // the keyboard has its shortcut; Tab still goes from cell to cell
      // Keep the focus where it is, and do not begin to drag the cell.
      button.addEventListener('mousedown', event => {
        event.preventDefault();
        event.stopPropagation();
      });
      button.addEventListener('click', event => {
        event.stopPropagation();
        this.toggle(this.solutionsFor(cell));
      });
      cell.inputArea.node.append(button);
    }
    const shown = !this.solutionsFor(cell).some(other => this.conceals(other));
    button.innerHTML = svg(shown ? EYE : EYE + STROKE);
    button.setAttribute('aria-pressed', shown);
    button.title = `${shown ? 'Hide' : 'Show'} this solution${shortcut(this.commands, TOGGLE_ONE)}`;
    button.setAttribute('aria-label', button.title);
  }
}

/** " (Alt+S)", as the user has it, for a tooltip. */
function shortcut(commands, id) {
  const binding = commands.keyBindings.find(other => other.command === id);
  const { formatKeystroke } = commands.constructor;
  return binding ? ` (${binding.keys.map(formatKeystroke).join(', ')})` : '';
}

export function createPlugin({ notebook, cells, apputils, components }) {
  function activate(app, tracker, palette) {
    const { commands } = app;
    const views = new Map(); // panel id -> SolutionView
    const eye = new components.LabIcon({ name: 'course:shown', svgstr: svg(EYE) });
    const crossed = new components.LabIcon({ name: 'course:hidden', svgstr: svg(EYE + STROKE) });

    // The toolbar says which panel it means; palette and shortcut mean the current one.
    const viewFor = args => views.get(args.panel ?? tracker.currentWidget?.id);
    const selected = view => (view ? view.solutionsFor(view.notebook.activeCell) : []);
    const allShown = args => viewFor(args)?.shown ?? false;

    commands.addCommand(TOGGLE_ALL, {
      label: args =>
        args.panel ? `Solutions: ${allShown(args) ? 'shown' : 'hidden'}` : 'Show Solutions',
      caption: args => `${allShown(args) ? 'Hide' : 'Show'} all solutions`,
      icon: args => (args.panel ? (allShown(args) ? eye : crossed) : undefined),
      isToggleable: true,
      isToggled: allShown,
      isEnabled: args => viewFor(args)?.hasSolutions ?? false,
      execute: args => viewFor(args).toggleAll()
    });
    commands.addCommand(TOGGLE_ONE, {
      label: 'Show Solution of the Selected Exercise',
      caption: 'Show or hide the solution of the selected exercise alone',
      isToggleable: true,
      isToggled: args => {
        const solutions = selected(viewFor(args));
        return solutions.length > 0 && !solutions.some(isConcealed);
      },
      isEnabled: args => selected(viewFor(args)).length > 0,
      execute: args => viewFor(args).toggle(selected(viewFor(args)))
    });
    const selector = '.jp-NotebookPanel';
    commands.addKeyBinding({ command: TOGGLE_ALL, keys: ['Alt Shift S'], selector });
    commands.addKeyBinding({ command: TOGGLE_ONE, keys: ['Alt S'], selector });
    for (const command of [TOGGLE_ALL, TOGGLE_ONE]) {
      palette?.addItem({ command, category: 'Course' });
    }

    const makeButton = panel => {
      const args = { panel: panel.id };
      const options = { commands, id: TOGGLE_ALL, args, noFocusOnClick: true };
      return new components.CommandToolbarButton(options);
    };
    const adopt = panel => {
      views.set(panel.id, new SolutionView(panel, commands, makeButton));
      panel.disposed.connect(() => views.delete(panel.id));
    };
    tracker.forEach(adopt);
    tracker.widgetAdded.connect((_, panel) => adopt(panel));
    tracker.activeCellChanged.connect(() => commands.notifyCommandChanged(TOGGLE_ONE));

    // A hidden cell must not fail unseen: Run All would stop for no visible reason.
    notebook.NotebookActions.executed.connect((_, { cell, success }) => {
      if (!success && isConcealed(cell)) viewOf.get(cell).setConcealed([cell], false);
    });

    // Search and replace pass over hidden cells: a hit there could not be shown, and Replace All
    // would change them unseen.
    const search = cells.CellSearchProvider.prototype;
    const parent = Object.getPrototypeOf(search);
    Object.defineProperty(search, 'isActive', {
      configurable: true,
      get() {
        return Reflect.get(parent, 'isActive', this) && !isConcealed(this.cell);
      }
    });
  }

  return {
    id: 'course-solutions:plugin',
    description: 'Shows or hides the cells tagged "solution".',
    autoStart: true,
    requires: [notebook.INotebookTracker],
    optional: [apputils.ICommandPalette],
    activate
  };
}
