import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/**
 * What is written for people and read by no program: the words of errors, of log lines and pages, and descriptions.
 * Faults in it are left out, since a test that finds them would repeat it word by word. A name, a key, an expression of
 * DynamoDB or a value that something is compared with is not of this kind.
 */
const PROSE_PROPERTIES = [
  ...['summary', 'whenToUse', 'describes'], // of a command
  ...['detail', 'title', 'headline', 'text', 'footnote'], // of an answer and of a page
  ...['problem', 'reason', ':reason'], // of a complaint, a log line and a record
];

/** Functions whose first argument describes something. */
const DESCRIBING = /^(identifier|change|idList|automationList|onUnlessNo|secretText|note)$/;
/** Functions of zod's whose last argument is the complaint. */
const CHECKING = /^(string|regex|maxLength|minLength|refine|gte|lte)$/;
const LOGGING = /^(debug|info|warn|error)$/;
const ERROR = /^(Problem|Rejected|Throttled|Unavailable|OutOfTime|\w*Error)$/;

/** As much of Babel's nodes as is looked at. */
type Node = {
  type: string;
  name?: string;
  value?: unknown;
  operator?: string;
  key?: Node;
  callee?: Node;
  object?: Node;
  property?: Node;
  arguments?: Node[];
};
type Path = { node: Node; parentPath: Path | null };

const isText = ({ type }: Node): boolean => type === 'StringLiteral' || type === 'TemplateLiteral';
const nameOf = (node: Node | undefined): string =>
  String(node?.name ?? node?.value ?? (node?.property ? nameOf(node.property) : ''));

/** Whether a text is prose by where it stands. */
function isProse(path: Path): boolean {
  const { node, parentPath } = path;
  const parent = parentPath?.node;
  if (!parentPath || !parent) return false;
  switch (parent.type) {
    case 'BinaryExpression': // put together from parts
      return parent.operator === '+' && isProse(parentPath);
    case 'ConditionalExpression':
    case 'LogicalExpression':
    case 'TemplateLiteral':
      return isProse(parentPath);
    case 'ObjectProperty':
      return PROSE_PROPERTIES.includes(nameOf(parent.key)) || isTitle(parentPath);
    case 'NewExpression':
      return ERROR.test(nameOf(parent.callee));
    case 'CallExpression': {
      const name = nameOf(parent.callee);
      const place = parent.arguments?.indexOf(node);
      if (nameOf(parent.callee?.object) === 'logger') return LOGGING.test(name) && place === 0;
      if (DESCRIBING.test(name)) return place === 0;
      if (name === 'list') return place === 2; // of a parameter that is a list, its complaint
      return (
        nameOf(parent.callee?.object) === 'z' &&
        CHECKING.test(name) &&
        place === (parent.arguments?.length ?? 0) - 1
      );
    }
    default:
      return false;
  }
}

/** A title stands by the status that it is for. */
const isTitle = ({ node }: Path): boolean => typeof node.key?.value === 'number';

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'prose', {
    shouldIgnore: (path: unknown) => {
      const { node, parentPath } = path as Path;
      return isText(node) && isProse({ node, parentPath }) ? 'prose' : undefined;
    },
  }),
];
