import { main } from '@windrow/cli';

process.exitCode = await main(process.argv.slice(2));
