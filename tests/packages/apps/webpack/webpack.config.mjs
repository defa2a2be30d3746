import HtmlWebpackPlugin from 'html-webpack-plugin';

export default {
  // No rule for .wasm: the package names its module with `new URL(…, import.meta.url)`, which webpack knows.
  output: { filename: '[name].[contenthash].js', clean: true },
  plugins: [new HtmlWebpackPlugin({ template: './src/index.html' })],
};
