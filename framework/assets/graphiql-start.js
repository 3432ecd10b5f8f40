// Starts GraphiQL on the page that /graphql shows to browsers in dev.
'use strict';
{
  const fetcher = GraphiQL.createFetcher({ url: '/graphql' });
  const page = React.createElement(GraphiQL, { fetcher, defaultEditorToolsVisibility: true });
  ReactDOM.createRoot(document.getElementById('graphiql')).render(page);
}
