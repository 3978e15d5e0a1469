/* What a notebook of the course shows when it is opened again, and when nothing was done to it.
 *
 * An explorer's output holds a widget's view and, beside it, a picture. Jupyter prefers the view,
 * and after a new start it finds no model for it: we show the picture then. The file is not touched.
 */

const VIEW = 'application/vnd.jupyter.widget-view+json';
const PICTURE = 'image/png';

/** A factory of widgets' views that shows, where a model is gone, the picture saved beside it. */
function withPictures(ofWidgets, rendermime) {
  const createRenderer = options => {
    const renderer = ofWidgets.createRenderer(options);
    const render = renderer.renderModel.bind(renderer);
    renderer.renderModel = async model => {
      await render(model);
      const gone = /^Error displaying widget/.test(renderer.node.textContent);
      if (!gone || !model.data[PICTURE]) return;
      const picture = rendermime.createRenderer(PICTURE, model);
      await picture.renderModel(model);
      picture.node.querySelector('img')?.setAttribute('alt', model.data['text/plain'] ?? '');
      renderer.node.replaceChildren(picture.node);
      renderer.removeClass('jupyter-widgets');
    };
    return renderer;
  };
  return { ...ofWidgets, createRenderer };
}

function showPictures(rendermime) {
  const addFactory = rendermime.addFactory.bind(rendermime);
  // Jupyter adds its factory anew once the kernel is there; cells further down are drawn after that.
  rendermime.addFactory = (factory, rank) => {
    const ofWidgets = factory.mimeTypes.includes(VIEW);
    addFactory(ofWidgets ? withPictures(factory, rendermime) : factory, rank);
  };
  const present = rendermime.getFactory(VIEW);
  if (present) rendermime.addFactory(present, -10); // the rank that it has: before all others
}

/** What a kernel says of its language is no change that anyone made. */
function ignoreLanguage({ context: { model } }) {
  model.metadataChanged.connect((_, { key }) => {
    // Right after this the notebook is marked as changed; nothing else comes between.
    if (key === 'language_info' && !model.dirty) queueMicrotask(() => (model.dirty = false));
  });
}

export function createReopenedPlugin({ INotebookTracker }) {
  return {
    id: 'course-solutions:reopened',
    autoStart: true,
    requires: [INotebookTracker],
    activate(app, tracker) {
      const adopt = panel => {
        showPictures(panel.content.rendermime);
        ignoreLanguage(panel);
      };
      tracker.forEach(adopt);
      tracker.widgetAdded.connect((_, panel) => adopt(panel));
    }
  };
}
