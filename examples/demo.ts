import * as windrow from 'windrow';

process.stdout.write(`windrow exports ${Object.keys(windrow).length} names\n`);
