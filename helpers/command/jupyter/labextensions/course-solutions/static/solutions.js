/* Show and hide the cells tagged "solution": a view only, the notebook itself is never touched.
 *
 * Some words of JupyterLab's: a panel is a notebook's tab, with panel.toolbar, panel.context (its
 * file) and panel.content, the notebook: the cells on the page (notebook.widgets). cell.model is a
 * cell's content: id, metadata, source. A signal calls the functions connected to it, at once.
 *
 * Why cells are hidden with cell.setHidden: it takes code, outputs and rendered markdown out of
 * view alike, leaves no gap, and is JupyterLab's own way (it does so below a collapsed heading),
 * so that the arrow keys, running, and drawing only what is in view already get along with it.
 */

const TOGGLE_ALL = 'course:toggle-solutions';
const TOGGLE_ONE = 'course:toggle-solution';

// An open and a crossed-out eye. The class jp-icon3 gives them the icon colour of every theme.
const path = d => `<path class="jp-icon3" fill="#616161" d="${d}"/>`;
const svg = body =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">${body}</svg>`;
const LIDS = 'M12 5C7 5 2.7 8.1 1 12c1.7 3.9 6 7 11 7s9.3-3.1 11-7c-1.7-3.9-6-7-11-7z';
const EYE = path(`${LIDS}m0 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8zm0 2a2 2 0 1 0 0 4 2 2 0 0 0 0-4z`);
const OPEN = svg(EYE);
const CROSSED = svg(EYE + path('M3.3 2 2 3.3 20.7 22 22 20.7z'));
const isSolution = cell => [cell.model.getMetadata('tags')].flat().includes('solution');

/** The exercise of a stub or solution: by metadata, or by a name such as conv2d-solution-2. */
const exerciseOf = cell =>
  cell.model.getMetadata('exercise') ?? cell.model.id.split(/-(?:stub|solution)(?:-\d+)?$/)[0];

/** Which SolutionView a cell belongs to. Weak: forgotten with the cell. */
const viewOf = new WeakMap();
const isConcealed = cell => viewOf.get(cell)?.conceals(cell) ?? false;

/** What is shown of the solutions in one notebook panel. */
class SolutionView {
  /** tools: commands, makeButton(panel), keys(), and perhaps contents: see createPlugin. */
  constructor(panel, tools) {
    this.panel = panel;
    this.notebook = panel.content;
    this.tools = tools;
    this.shown = false; // kept nowhere: a notebook opens hidden, on whatever screen it opens
    this.exceptions = new Set(); // ids of the cells that do not go with the switch
    this.collapsed = new WeakMap(); // cell -> does JupyterLab itself want it hidden?
    this.solved = new Map(); // exercise -> was its solution the last answer that ran?
    this.ownOutput = new WeakSet(); // cells whose output no solution had a part in
    this.button = null; // the switch, while the toolbar has one
    // How many cells to draw beyond the view (windowed mode): some have no height.
    this.notebook.viewModel.overscanCount = 4;
    this.keepActiveCellVisible();
    // Our function runs after JupyterLab's own, which makes the new cells, and before the browser
    // draws: a solution is hidden before it was ever seen.
    this.notebook.model.cells.changed.connect(() => this.update());
    this.update();
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

  /** Did a hidden solution make what stands below this cell: a verdict, a picture of the answer?
   *
   * It did if the cell hands on an answer by its name, as in lesson.conv2d.check(conv2d), and that
   * answer was the solution's: in the file, or as run here.
   */
  concealsOutput(cell, concealed) {
    if (cell.model.type !== 'code' || isSolution(cell) || this.ownOutput.has(cell)) return false;
    return this.answersIn(cell, concealed).length > 0;
  }

  /** The exercises among those of the given cells whose answers a cell hands on by name. */
  answersIn(cell, cells) {
    const code = cell.model.sharedModel.getSource().replace(/"[^"\n]*"|'[^'\n]*'|#.*/g, '');
    const words = new Set(code.match(/(?<![\w.])[A-Za-z_]\w*/g)); // not lesson.conv2d.hint()
    return cells.map(exerciseOf).filter(name => words.has(name));
  }

  /** A cell has run, perhaps with an error. */
  ran(cell, error) {
    // A hidden cell must not fail unseen: Run All would stop for no visible reason. (The cells
    // after it count as failed too, but without an error of their own.)
    const failed = Boolean(error?.errorName);
    if (failed && this.conceals(cell)) this.setConcealed([cell], false);
    if (isSolution(cell) || this.isStub(cell)) this.solved.set(exerciseOf(cell), isSolution(cell));
    const solutions = this.notebook.widgets.filter(isSolution);
    const solved = this.answersIn(cell, solutions).some(name => this.solved.get(name));
    if (failed || !solved) this.ownOutput.add(cell);
    else this.ownOutput.delete(cell);
    this.updateOutput(cell, solutions.filter(isConcealed));
  }

  toggleAll() {
    this.shown = !this.shown;
    this.exceptions.clear();
    this.update();
  }

  /** Show the given solutions if any of them is hidden, else hide them. */
  toggle(solutions) {
    this.setConcealed(solutions, !solutions.some(isConcealed));
  }

  setConcealed(solutions, concealed) {
    for (const cell of solutions) {
      if (concealed === this.shown) this.exceptions.add(cell.model.id);
      else this.exceptions.delete(cell.model.id);
    }
    this.update();
  }

  /** Bring the page in line with the tags and with what is to be shown. Cheap; safe to repeat. */
  update() {
    const { notebook, panel, tools } = this;
    if (notebook.isDisposed) return;
    let deselect = false;
    notebook.widgets.forEach(cell => this.adopt(cell));
    const concealedCells = notebook.widgets.filter(isConcealed);
    for (const cell of notebook.widgets) {
      const concealed = this.conceals(cell);
      cell.toggleClass('course-solution', isSolution(cell));
      if (cell.hasClass('course-concealed') !== concealed) {
        cell.toggleClass('course-concealed', concealed);
        // Where only cells in view are drawn, the others count with an estimated height.
        notebook.viewModel.setEstimatedWidgetSize(cell.model.id, concealed ? 0 : null);
        deselect ||= concealed && notebook.isSelectedOrActive(cell);
      }
      cell.setHidden(this.collapsed.get(cell));
      this.updateOutput(cell, concealedCells);
      this.updateEye(cell);
    }
    if (deselect) {
      notebook.mode = 'command';
      notebook.deselectAll(); // also moves the active cell: see keepActiveCellVisible
    }
    this.updateSwitch();
    // Not only while it is in view: it is not made anew when it comes into view.
    tools.contents?.get(panel)?.refresh();
    if (this.contents === undefined) this.watchContents(100); // once: it waits by itself
  }

  updateOutput(cell, concealed) {
    cell.toggleClass('course-concealed-output', this.concealsOutput(cell, concealed));
  }

  /** A table that was made while the page still loaded may hold what is hidden by now: renew it. */
  watchContents(tries) {
    const contents = (this.contents = this.tools.contents?.get(this.panel) ?? null);
    if (!contents) {
      if (tries) setTimeout(() => this.watchContents(tries - 1), 200);
      return;
    }
    const renew = () => {
      const stale = contents.headings.some(
        ({ cellRef }) => cellRef && (cellRef.isDisposed || this.conceals(cellRef))
      );
      if (stale) setTimeout(() => contents.refresh(), 200);
    };
    contents.headingsChanged.connect(renew);
    renew();
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
    // Headings in a hidden solution do not belong in the table of contents. They are looked up
    // all the same: collapsing a heading above waits until every cell's headings are known.
    const getHeadings = cell.getHeadings.bind(cell);
    cell.getHeadings = () => getHeadings().then(all => (this.conceals(cell) ? [] : all));
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
    const base = Object.getPrototypeOf(notebook);
    const get = () => Reflect.get(base, 'activeCellIndex', notebook);
    const visibleFrom = wanted => {
      const cells = notebook.widgets;
      const start = Math.max(0, Math.min(wanted, cells.length - 1));
      const step = start > get() ? 1 : -1;
      for (const direction of [step, -step]) {
        for (let index = start; cells[index]; index += direction) {
          if (!this.conceals(cells[index])) return index;
        }
      }
      return wanted;
    };
    Object.defineProperty(notebook, 'activeCellIndex', {
      configurable: true,
      get,
      set: wanted => Reflect.set(base, 'activeCellIndex', visibleFrom(wanted), notebook)
    });
  }

  /** The switch in the toolbar: there while the notebook has solutions. */
  updateSwitch() {
    const { commands, makeButton } = this.tools;
    if (this.hasSolutions && !this.button) {
      this.button = makeButton(this.panel);
      this.placeSwitch(this.button, 100);
    } else if (!this.hasSolutions && this.button) {
      this.button.dispose();
      this.button = null;
    }
    commands.notifyCommandChanged(TOGGLE_ALL);
    commands.notifyCommandChanged(TOGGLE_ONE);
  }

  /** JupyterLab fills the toolbar once it has read its settings, maybe after the cells: retry. */
  placeSwitch(button, frames) {
    const { toolbar } = this.panel;
    if (button.isDisposed || toolbar.insertAfter('cellType', 'course-solutions', button)) return;
    if (frames) requestAnimationFrame(() => this.placeSwitch(button, frames - 1));
    else toolbar.addItem('course-solutions', button);
  }

  /** The small eye beside a stub. It lies under the prompt, in room that the stylesheet keeps. */
  async updateEye(cell) {
    const stub = this.isStub(cell);
    if (stub) await cell.ready; // its input area is made only when the cell comes near the view
    let eye = cell.node.querySelector('.course-eye');
    if (!stub || cell.isDisposed || !this.isStub(cell)) return eye?.remove();
    if (!eye) {
      eye = document.createElement('button');
      eye.className = 'course-eye';
      eye.tabIndex = -1; // the keyboard has its shortcut; Tab goes on as in every notebook
      eye.addEventListener('mousedown', event => {
        event.preventDefault(); // the focus stays where it is
        event.stopPropagation(); // and the cell is not dragged
      });
      eye.addEventListener('click', () => this.toggle(this.solutionsFor(cell)));
      cell.inputArea.node.append(eye);
    }
    const shown = !this.solutionsFor(cell).some(isConcealed);
    eye.innerHTML = shown ? OPEN : CROSSED;
    eye.setAttribute('aria-pressed', shown);
    eye.title = `${shown ? 'Hide' : 'Show'} this solution${this.tools.keys()}`;
  }
}

/** The five arguments: JupyterLab's libraries, as named in remoteEntry.js. */
export function createPlugin(notebook, cells, apputils, components, toc) {
  function activate({ commands }, tracker, palette, contents) {
    const views = new Map(); // panel id -> SolutionView
    const open = new components.LabIcon({ name: 'course:open-eye', svgstr: OPEN });
    const crossed = new components.LabIcon({ name: 'course:crossed-eye', svgstr: CROSSED });

    // The toolbar says which panel it means; palette and shortcut mean the current one.
    const viewFor = args => views.get(args.panel ?? tracker.currentWidget?.id);
    const allShown = args => viewFor(args)?.shown ?? false;
    const selected = args => {
      const view = viewFor(args);
      return view?.notebook.activeCell ? view.solutionsFor(view.notebook.activeCell) : [];
    };

    commands.addCommand(TOGGLE_ALL, {
      label: args =>
        args.panel ? `Solutions: ${allShown(args) ? 'shown' : 'hidden'}` : 'Show Solutions',
      caption: args => `${allShown(args) ? 'Hide' : 'Show'} all solutions`,
      icon: args => (args.panel ? (allShown(args) ? open : crossed) : undefined),
      isToggleable: true,
      isToggled: allShown,
      isEnabled: args => viewFor(args)?.hasSolutions ?? false,
      execute: args => viewFor(args).toggleAll()
    });
    commands.addCommand(TOGGLE_ONE, {
      label: 'Show Solution of the Selected Exercise',
      isToggleable: true,
      isToggled: args => selected(args).length > 0 && !selected(args).some(isConcealed),
      isEnabled: args => selected(args).length > 0,
      execute: args => viewFor(args).toggle(selected(args))
    });
    const selector = '.jp-NotebookPanel';
    commands.addKeyBinding({ command: TOGGLE_ALL, keys: ['Alt Shift S'], selector });
    commands.addKeyBinding({ command: TOGGLE_ONE, keys: ['Alt S'], selector });
    palette?.addItem({ command: TOGGLE_ALL, category: 'Course' });
    palette?.addItem({ command: TOGGLE_ONE, category: 'Course' });

    const makeButton = ({ id: panel }) =>
      new components.CommandToolbarButton({ commands, id: TOGGLE_ALL, args: { panel } });
    const keys = () => {
      const binding = commands.keyBindings.find(({ command }) => command === TOGGLE_ONE);
      const { formatKeystroke } = commands.constructor;
      return binding ? ` (${binding.keys.map(formatKeystroke).join(', ')})` : '';
    };
    const adopt = panel => {
      views.set(panel.id, new SolutionView(panel, { commands, contents, makeButton, keys }));
      panel.disposed.connect(() => views.delete(panel.id));
    };
    tracker.forEach(adopt);
    tracker.widgetAdded.connect((_, panel) => adopt(panel));
    tracker.activeCellChanged.connect(() => commands.notifyCommandChanged(TOGGLE_ONE));

    notebook.NotebookActions.executed.connect((_, { cell, error }) =>
      viewOf.get(cell)?.ran(cell, error)
    );

    // Search and replace pass over hidden cells: a hit there could not be shown, and Replace All
    // would change it unseen.
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
    autoStart: true,
    requires: [notebook.INotebookTracker],
    optional: [apputils.ICommandPalette, toc.ITableOfContentsTracker],
    activate
  };
}
