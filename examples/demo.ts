import { open } from 'windrow';
import { ecommerce } from './ecommerce/job.ts';
import { flights } from './flights.ts';
import { createShow } from './show.ts';

const db = await open();
try {
  const show = createShow(db);
  await flights(db, show);
  await ecommerce(db, show);
} finally {
  await db.close();
}
