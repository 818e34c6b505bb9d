import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const WORDS = 'Words a person reads live in translations/.';

export default tseslint.config(
  { ignores: ['dist/', 'dist-sandbox/', 'node_modules/', 'eslint.config.js'] },
  ...tseslint.configs.strict,
  reactHooks.configs.flat.recommended,
  jsxA11y.flatConfigs.recommended,
  {
    // A test knows what it put there, and fails loudly when it is not.
    files: ['tests/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['src/**/*.tsx'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'JSXText[value=/\\p{L}{2,}/u]', message: WORDS },
        { selector: 'JSXAttribute[name.name=/^(aria-label|title|placeholder|alt)$/] > Literal', message: WORDS },
      ],
    },
  },
);
