import { testPrinting } from './printing.test.support.ts';

testPrinting(400, 20_000);
