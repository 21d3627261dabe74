export { SERVER_VERSION, type ServeOptions, type Server, serve } from './serve.ts';
