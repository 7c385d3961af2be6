/* Picks the inner loops that this machine runs best.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-kernels.h"

extern const TriKernels tri_kernels_baseline;
#ifdef TRI_KERNELS_X86
extern const TriKernels tri_kernels_avx2, tri_kernels_avx512;
#endif

static const TriKernels *selected; /* atomic */

static const TriKernels *
find (const char *id)
{
#ifdef TRI_KERNELS_X86
  __builtin_cpu_init ();
  if ((id == NULL || g_str_equal (id, "avx512")) && __builtin_cpu_supports ("avx512f")
      && __builtin_cpu_supports ("avx512dq") && __builtin_cpu_supports ("avx512vl"))
    return &tri_kernels_avx512;
  if ((id == NULL || g_str_equal (id, "avx2")) && __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    return &tri_kernels_avx2;
#endif
  return id == NULL || g_str_equal (id, "baseline") ? &tri_kernels_baseline : NULL;
}

const TriKernels *
tri_kernels_get (void)
{
  const TriKernels *kernels = g_atomic_pointer_get (&selected);
  if (kernels == NULL)
    {
      kernels = find (NULL);
      g_atomic_pointer_set (&selected, kernels);
    }
  return kernels;
}

/* For tests and measurements, and only while no pass exists: packed weights depend on it. @id: NULL for the best one.
 * Returns: FALSE when this machine can't */
gboolean
tri_kernels_select (const char *id)
{
  const TriKernels *kernels = find (id);
  if (kernels != NULL)
    g_atomic_pointer_set (&selected, kernels);
  return kernels != NULL;
}

/* All that were ever compiled, whether this machine runs them or not; the portable one first. */
const char *const *
tri_kernels_list (void)
{
  static const char *const ids[] = {
    "baseline",
#ifdef TRI_KERNELS_X86
    "avx2", "avx512",
#endif
    NULL
  };
  return ids;
}
