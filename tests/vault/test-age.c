/* age files written and read by this library: sizes, kinds, places, refusals. What others wrote is in test-age-kit.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-age.h"
#include "tri-bech32.h"
#include "tri-error.h"
#include "tri-mlkem.h"
#include "tri-secret.h"

static GPtrArray *
one (gpointer item, GDestroyNotify unref)
{
  GPtrArray *array = g_ptr_array_new_with_free_func (unref);
  g_ptr_array_add (array, item);
  return array;
}

static GBytes *
content (gsize size)
{
  guint8 *data = g_malloc (size + 1);
  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) (i * 7 + i / 251);
  return g_bytes_new_take (data, size);
}

static GBytes *
encrypt (GBytes *plain, GPtrArray *recipients, TriAgeFlags flags)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (plain);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_assert_true (tri_age_encrypt (in, out, recipients, flags, g_bytes_get_size (plain), NULL, &error));
  g_assert_no_error (error);
  g_output_stream_close (out, NULL, NULL);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

static void
assert_opens (GBytes *file, GPtrArray *identities, GBytes *plain)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (file);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_assert_true (tri_age_decrypt (in, out, identities, g_bytes_get_size (file), NULL, &error));
  g_assert_no_error (error);
  g_output_stream_close (out, NULL, NULL);
  g_autoptr (GBytes) got = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
  g_assert_true (g_bytes_equal (got, plain));
}

static void
assert_refused (GBytes *file, GPtrArray *identities, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (file);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_assert_false (tri_age_decrypt (in, out, identities, 0, NULL, &error));
  g_assert_error (error, TRI_AGE_ERROR, code);
}

static void
test_round_trips (void)
{
  static const gsize sizes[] = { 0, 1, 47, 48, 65535, 65536, 65537, 1048575, 1048576, 1048577, 3000000 };
  for (TriAgeKind kind = TRI_AGE_X25519; kind <= TRI_AGE_HYBRID; kind++)
    {
      g_autoptr (GPtrArray) identities = one (tri_age_identity_generate (kind), (GDestroyNotify) tri_age_identity_unref);
      g_autoptr (GPtrArray) recipients = one (tri_age_identity_get_recipient (identities->pdata[0]),
                                              (GDestroyNotify) tri_age_recipient_unref);
      for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
        for (TriAgeFlags flags = 0; flags <= TRI_AGE_ARMOR; flags++)
          {
            g_autoptr (GBytes) plain = content (sizes[i]), file = encrypt (plain, recipients, flags);
            assert_opens (file, identities, plain);
          }
    }
}

static void
test_passphrase (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) recipients = one (tri_age_recipient_new_passphrase ("drei Fenster", 10, &error),
                                          (GDestroyNotify) tri_age_recipient_unref);
  g_autoptr (GPtrArray) right = one (tri_age_identity_new_passphrase ("drei Fenster", &error),
                                     (GDestroyNotify) tri_age_identity_unref);
  g_autoptr (GPtrArray) wrong = one (tri_age_identity_new_passphrase ("drei fenster", &error),
                                     (GDestroyNotify) tri_age_identity_unref);
  g_autoptr (GBytes) plain = content (1000), file = encrypt (plain, recipients, 0);
  assert_opens (file, right, plain);
  assert_refused (file, wrong, TRI_AGE_ERROR_NO_MATCH);
  g_assert_null (tri_age_recipient_new_passphrase ("", 0, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_KEY);
  g_clear_error (&error);
  g_assert_null (tri_age_recipient_new_passphrase ("x", 23, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
}

static void
test_places (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) identities = one (tri_age_identity_generate (TRI_AGE_X25519), (GDestroyNotify) tri_age_identity_unref);
  g_autoptr (GPtrArray) recipients = one (tri_age_identity_get_recipient (identities->pdata[0]),
                                          (GDestroyNotify) tri_age_recipient_unref);
  g_autoptr (GBytes) plain = content (2500000), file = encrypt (plain, recipients, 0);
  const guint8 *expected = g_bytes_get_data (plain, NULL);
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (file);
  g_autoptr (TriAgeReader) reader = tri_age_reader_new (in, identities, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (tri_age_reader_can_seek (reader));
  for (guint i = 0; i < 200; i++)
    {
      guint64 place = (guint64) i * 104729 % 2500000;
      guint8 bytes[100];
      g_assert_true (tri_age_reader_seek (reader, place, &error));
      guint n = 0, wanted = (guint) MIN (sizeof bytes, 2500000 - place);
      while (n < wanted)
        {
          gssize got = tri_age_reader_read (reader, bytes + n, wanted - n, &error);
          g_assert_cmpint (got, >, 0);
          n += (guint) got;
        }
      g_assert_true (memcmp (bytes, expected + place, wanted) == 0);
    }
  /* a place whose chunk is damaged is refused, the others are read */
  gsize size = g_bytes_get_size (file);
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (file, NULL), size);
  copy[size / 2] ^= 4;
  g_autoptr (GInputStream) bad = g_memory_input_stream_new_from_data (copy, (gssize) size, NULL);
  g_autoptr (TriAgeReader) hurt = tri_age_reader_new (bad, identities, NULL, &error);
  guint8 byte;
  g_assert_true (tri_age_reader_seek (hurt, 0, &error));
  g_assert_cmpint (tri_age_reader_read (hurt, &byte, 1, &error), ==, 1);
  g_assert_true (tri_age_reader_seek (hurt, 1250000, &error));
  g_assert_cmpint (tri_age_reader_read (hurt, &byte, 1, &error), ==, -1);
  g_assert_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_DAMAGED);
  g_clear_error (&error);
  g_assert_true (tri_age_reader_seek (hurt, 2499999, &error));
  g_assert_cmpint (tri_age_reader_read (hurt, &byte, 1, &error), ==, 1);
  g_assert_cmpint (tri_age_reader_read (hurt, &byte, 1, &error), ==, 0);
}

/* Cut anywhere: never opened as whole, and told apart from damage. */
static void
test_cut (void)
{
  g_autoptr (GPtrArray) identities = one (tri_age_identity_generate (TRI_AGE_X25519), (GDestroyNotify) tri_age_identity_unref);
  g_autoptr (GPtrArray) recipients = one (tri_age_identity_get_recipient (identities->pdata[0]),
                                          (GDestroyNotify) tri_age_recipient_unref);
  g_autoptr (GBytes) plain = content (200000), file = encrypt (plain, recipients, 0);
  gsize size = g_bytes_get_size (file);
  for (gsize at = 0; at < size; at += at < 400 ? 1 : 3571)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (file, 0, at);
      g_autoptr (GError) error = NULL;
      g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (cut);
      g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
      g_assert_false (tri_age_decrypt (in, out, identities, 0, NULL, &error));
      g_assert_true (error->domain == TRI_AGE_ERROR);
      if (at > 22)
        g_assert_cmpint (error->code, ==, TRI_AGE_ERROR_TRUNCATED);
    }
}

static void
test_flip (void)
{
  g_autoptr (GPtrArray) identities = one (tri_age_identity_generate (TRI_AGE_HYBRID), (GDestroyNotify) tri_age_identity_unref);
  g_autoptr (GPtrArray) recipients = one (tri_age_identity_get_recipient (identities->pdata[0]),
                                          (GDestroyNotify) tri_age_recipient_unref);
  g_autoptr (GBytes) plain = content (500), file = encrypt (plain, recipients, 0);
  gsize size;
  const guint8 *data = g_bytes_get_data (file, &size);
  for (gsize at = 0; at < size; at += at < size - 516 ? 7 : 1)
    {
      g_autofree guint8 *copy = g_memdup2 (data, size);
      copy[at] ^= (guint8) (at % 255 + 1);
      g_autoptr (GBytes) bytes = g_bytes_new_static (copy, size);
      g_autoptr (GError) error = NULL;
      g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (bytes);
      g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
      g_assert_false (tri_age_decrypt (in, out, identities, 0, NULL, &error));
      g_assert_true (error->domain == TRI_AGE_ERROR);
      if (at < size - 516 - 16) /* a wrong nonce changes the key of the content: all that follows is noise */
        g_assert_cmpint (error->code, !=, TRI_AGE_ERROR_TRUNCATED);
      if (at >= size - 516)
        g_assert_cmpint (error->code, ==, TRI_AGE_ERROR_DAMAGED);
    }
}

static void
test_combinations (void)
{
  g_autoptr (TriAgeIdentity) classical = tri_age_identity_generate (TRI_AGE_X25519);
  g_autoptr (TriAgeIdentity) hybrid = tri_age_identity_generate (TRI_AGE_HYBRID);
  TriAgeRecipient *items[3] = { tri_age_identity_get_recipient (classical), tri_age_identity_get_recipient (hybrid),
                                tri_age_recipient_new_passphrase ("x", 10, NULL) };
  for (guint mask = 0; mask < 8; mask++)
    {
      g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
      g_autoptr (GError) error = NULL;
      g_autoptr (GInputStream) in = g_memory_input_stream_new ();
      g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
      for (guint i = 0; i < 3; i++)
        if ((mask >> i & 1) != 0)
          g_ptr_array_add (recipients, items[i]);
      gboolean single = mask == 1 || mask == 2 || mask == 4;
      g_assert_cmpint (tri_age_encrypt (in, out, recipients, 0, 0, NULL, &error), ==, single);
      if (!single)
        {
          g_assert_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_RECIPIENT);
          g_assert_cmpuint (g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (out)), ==, 0);
        }
    }
  for (guint i = 0; i < 3; i++)
    tri_age_recipient_unref (items[i]);
}

static void
test_texts (void)
{
  for (TriAgeKind kind = TRI_AGE_X25519; kind <= TRI_AGE_HYBRID; kind++)
    {
      g_autoptr (TriAgeIdentity) identity = tri_age_identity_generate (kind);
      g_autoptr (TriAgeRecipient) recipient = tri_age_identity_get_recipient (identity);
      char *secret = tri_age_identity_to_text (identity);
      g_autofree char *public = tri_age_recipient_to_text (recipient);
      g_autoptr (GError) error = NULL;
      g_assert_true (g_str_has_prefix (secret, kind == TRI_AGE_HYBRID ? "AGE-SECRET-KEY-PQ-1" : "AGE-SECRET-KEY-1"));
      g_assert_true (g_str_has_prefix (public, kind == TRI_AGE_HYBRID ? "age1pq1" : "age1"));
      g_autoptr (TriAgeIdentity) again = tri_age_identity_parse (secret, &error);
      g_assert_no_error (error);
      g_autoptr (TriAgeRecipient) other = tri_age_identity_get_recipient (again);
      g_autofree char *same = tri_age_recipient_to_text (other);
      g_assert_cmpstr (public, ==, same);
      for (gsize i = 0; public[i] != '\0'; i++) /* one wrong letter anywhere is noticed */
        {
          g_autofree char *wrong = g_strdup (public);
          wrong[i] = wrong[i] == 'q' ? 'p' : 'q';
          g_assert_null (tri_age_recipient_parse (wrong, NULL));
        }
      g_assert_null (tri_age_recipient_parse (secret, &error));
      g_assert_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_RECIPIENT);
      g_assert_null (strstr (error->message, secret + 20));
      tri_secret_free (secret);
    }
  /* what `age-keygen -y` says of the test kit's identity */
  g_autoptr (TriAgeIdentity) known = tri_age_identity_parse (
      "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0", NULL);
  g_autoptr (TriAgeRecipient) recipient = tri_age_identity_get_recipient (known);
  g_autofree char *text = tri_age_recipient_to_text (recipient);
  g_assert_cmpstr (text, ==, "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef");

  g_autoptr (GError) error = NULL;
  g_assert_null (tri_age_recipients_parse_file ("# a comment\n\nage1nonsense\n", &error));
  g_assert_true (g_str_has_prefix (error->message, "Line 3: "));
  g_autoptr (GPtrArray) two = tri_age_recipients_parse_file (
      "# me\nage1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef\r\n"
      "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef", NULL);
  g_assert_cmpuint (two->len, ==, 2);
}

static void
test_cancel (void)
{
  g_autoptr (GPtrArray) identities = one (tri_age_identity_generate (TRI_AGE_X25519), (GDestroyNotify) tri_age_identity_unref);
  g_autoptr (GPtrArray) recipients = one (tri_age_identity_get_recipient (identities->pdata[0]),
                                          (GDestroyNotify) tri_age_recipient_unref);
  g_autoptr (GBytes) plain = content (8000000);
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (plain);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  g_cancellable_cancel (cancellable);
  g_assert_false (tri_age_encrypt (in, out, recipients, 0, 8000000, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_inspect (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) recipients = one (tri_age_recipient_new_passphrase ("x", 11, NULL),
                                          (GDestroyNotify) tri_age_recipient_unref);
  g_autoptr (GBytes) plain = content (10), file = encrypt (plain, recipients, TRI_AGE_ARMOR);
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (file);
  g_autoptr (TriAgeInfo) info = tri_age_inspect (in, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (info->armored && tri_age_info_is_passphrase (info) && tri_age_info_is_post_quantum (info));
  g_assert_cmpuint (info->work_factor, ==, 11);
  g_assert_true (tri_age_probe (g_bytes_get_data (file, NULL), g_bytes_get_size (file)));
  g_autoptr (GInputStream) other = g_memory_input_stream_new_from_data ("\x89PNG\r\n\x1a\n", 8, NULL);
  g_assert_null (tri_age_inspect (other, NULL, &error));
  g_assert_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_NOT_AGE);
}

/* What printf %s age1… | sha256sum says. */
/* Text without a mistake whose key has a coefficient beyond the modulus: refused before anything is encrypted to it. */
static void
test_no_key (void)
{
  g_autofree guint8 *key = g_malloc0 (TRI_MLKEM_EK_SIZE + 32);
  g_autofree char *text = g_malloc (tri_bech32_get_room ("age1pq", TRI_MLKEM_EK_SIZE + 32));
  for (guint bad = 0; bad < 2; bad++)
    {
      g_autoptr (GError) error = NULL;
      key[0] = bad == 1 ? 0x01 : 0x00; /* 3329, or 3328 */
      key[1] = 0x0d;
      tri_bech32_encode ("age1pq", key, TRI_MLKEM_EK_SIZE + 32, text);
      g_autoptr (TriAgeRecipient) recipient = tri_age_recipient_parse (text, &error);
      g_assert_true ((recipient == NULL) == (bad == 1));
      if (bad == 1)
        g_assert_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_RECIPIENT);
    }
}

static void
test_fingerprint (void)
{
  g_autoptr (GError) error = NULL;
  const char *text = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
  g_autoptr (TriAgeRecipient) recipient = tri_age_recipient_parse (text, &error);
  g_autofree char *shouted = g_ascii_strup (text, -1);
  g_autoptr (TriAgeRecipient) same = tri_age_recipient_parse (shouted, &error);
  g_autoptr (TriAgeRecipient) passphrase = tri_age_recipient_new_passphrase ("x", 1, &error);
  g_assert_no_error (error);
  g_autofree char *fingerprint = tri_age_recipient_get_fingerprint (recipient);
  g_autofree char *again = tri_age_recipient_get_fingerprint (same);
  g_assert_cmpstr (fingerprint, ==, "cf7e5682313150685bf16e42c4ea48e1");
  g_assert_cmpstr (again, ==, fingerprint);
  g_assert_null (tri_age_recipient_get_fingerprint (passphrase));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/age/round-trips", test_round_trips);
  g_test_add_func ("/age/passphrase", test_passphrase);
  g_test_add_func ("/age/places", test_places);
  g_test_add_func ("/age/cut", test_cut);
  g_test_add_func ("/age/flip", test_flip);
  g_test_add_func ("/age/combinations", test_combinations);
  g_test_add_func ("/age/texts", test_texts);
  g_test_add_func ("/age/no-key", test_no_key);
  g_test_add_func ("/age/fingerprint", test_fingerprint);
  g_test_add_func ("/age/cancel", test_cancel);
  g_test_add_func ("/age/inspect", test_inspect);
  return g_test_run ();
}
