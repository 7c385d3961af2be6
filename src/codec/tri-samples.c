/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-samples.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-datadir.h"
#include "tri-error.h"
#include "tri-picture.h"

static const TriSample samples[] = {
  { "astronaut", N_("Astronaut"), N_("A face: what of it can still be recognised?"), "samples/astronaut.png",
    "Eileen Collins, NASA", "public domain" },
  { "bridge", N_("Bridge at night"), N_("A photograph with dark and bright parts."), "samples/bridge.png",
    "Derek Jensen", "public domain" },
  { "gravel", N_("Gravel"), N_("A texture, grey and even all over."), "samples/gravel.png",
    "cc0textures.com", "CC0-1.0" },
  { "brain", N_("Brain slice"), N_("A magnetic resonance slice of a head."), "samples/brain.png",
    "Insight Toolkit, NumFOCUS", "Apache-2.0" },
  { "digits", N_("Handwritten digits"), N_("Strokes on black: mostly one value, and wider than high."), "samples/digits.png",
    "OpenCV", "Apache-2.0" },
  { "penguin", N_("Penguin"), N_("Flat colours: codebook mode shows the drawing through the cipher."), "samples/penguin.png",
    "Triptych", "CC0-1.0" },
  { NULL, NULL, NULL, NULL, NULL, NULL },
};

/* Returns: the table; ends with a NULL id */
const TriSample *
tri_samples (void)
{
  return samples;
}

/* Returns: (nullable) */
const TriSample *
tri_sample_find (const char *id)
{
  for (guint i = 0; samples[i].id != NULL; i++)
    if (strcmp (samples[i].id, id) == 0)
      return &samples[i];
  return NULL;
}

/* Returns: (transfer full): its file; NULL when the data isn't installed */
GFile *
tri_sample_get_file (const TriSample *sample, GError **error)
{
  g_autofree char *path = tri_datadir_find (sample->file, error);
  return path != NULL ? g_file_new_for_path (path) : NULL;
}

/* Returns: (transfer full): the picture; NULL with TRI_ERROR_INVALID for an unknown id, or as tri_picture_load() */
TriImage *
tri_sample_load (const char *id, GCancellable *cancellable, GError **error)
{
  const TriSample *sample = tri_sample_find (id);
  if (sample == NULL)
    {
      g_autoptr (GString) known = g_string_new (NULL);
      for (guint i = 0; samples[i].id != NULL; i++)
        g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", samples[i].id);
      g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("There is no sample picture “%s”. There are: %s."), id, known->str);
      return NULL;
    }
  g_autoptr (GFile) file = tri_sample_get_file (sample, error);
  return file != NULL ? tri_picture_load (file, cancellable, error) : NULL;
}
