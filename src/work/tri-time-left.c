/* Time = a × size + b × files, by least squares: a passphrase costs the same time for each file, a recipient hardly any, and
 * nobody knows the disk beforehand. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-time-left.h"

#define PRIOR 1.0     /* MiB that a file costs beside its own, where nothing tells */
#define WEIGHT 1e-3   /* of that, against what was seen */

/* What was done since the run began: @files, @size MiB, in @time seconds without pauses. */
void
tri_time_left_add (TriTimeLeft *self, double files, double size, double time)
{
  self->sizes += size * size;
  self->products += size * files;
  self->files += files * files;
  self->size_times += size * time;
  self->file_times += files * time;
  self->n++;
}

/* Returns: seconds for @files of @size MiB together; below 0 while nothing is known */
double
tri_time_left_get (const TriTimeLeft *self, double files, double size)
{
  double weight = WEIGHT * (self->sizes + self->files);
  double aa = self->sizes + weight * PRIOR * PRIOR, ab = self->products - weight * PRIOR, bb = self->files + weight;
  double determinant = aa * bb - ab * ab;
  if (self->n < 2 || determinant <= 0)
    return -1;
  double a = (self->size_times * bb - self->file_times * ab) / determinant;
  double b = (self->file_times * aa - self->size_times * ab) / determinant;
  if (b < 0)
    {
      a = self->size_times / self->sizes;
      b = 0;
    }
  else if (a < 0)
    {
      a = 0;
      b = self->file_times / self->files;
    }
  return a * size + b * files;
}
