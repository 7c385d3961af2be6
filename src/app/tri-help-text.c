/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-help-text.h"

#include <glib/gi18n-lib.h>

static const TriHelpSection explore[] = {
  { N_("Open a picture"),
    N_("Drop it on one of the panes, paste it, choose it with Open (Ctrl+O), or take a sample from the arrow beside it. What had "
       "to be converted, such as 16 bits or a palette, is said above the picture.\n"
       "A picture that Triptych encrypted opens the same way: give its key, and the third pane shows what comes back.") },
  { N_("Choose a cipher and a key"),
    N_("The badge above the cipher says what it is worth, and “Why this verdict” gives the reason.\n"
       "The key is a passphrase, a picture, a file, or for chaotic maps the raw numbers. Decryption uses the same key unless you "
       "unlink it. “Change one bit to decrypt” shows how much of the key really matters.\n"
       "The passphrase that is there at the start is for demonstration: everybody has it.") },
  { N_("Turn its parameters"),
    N_("Move a slider and watch: a small preview follows at once, full size follows the preview. F5 runs, Esc stops, Ctrl+Z takes "
       "a parameter back.") },
  { N_("Damage it on the way"),
    N_("Noise, lost blocks or a JPEG between encryption and decryption show what each cipher endures. One that notices a change "
       "refuses to decrypt, and that is the right answer: what is damaged by chance and what is forged look the same.") },
  { N_("Look closely"),
    N_("• Scroll to zoom at the pointer, drag to move; Ctrl+0 fits, Ctrl+1 and Ctrl+2 show 100 % and 200 %.\n"
       "• The three panes stay together, and a cross shows the same pixel's values in all of them.\n"
       "• Hold Space to flip between original and decrypted; Ctrl+D shows their difference, amplified.\n"
       "• With the keyboard: Tab to a pane, then + and − to zoom and the arrows to move.") },
  { N_("The panels below the pictures"),
    N_("• Quality: this run in numbers, and every cipher on this picture beside it.\n"
       "• Security: entropy, correlation, the answer to small changes and the outline leak, each beside what true noise gives.\n"
       "• Inside the cipher: what it works with, such as orbits, clusters, equal blocks or a network's filters.\n"
       "• Sweep: a curve over one of the parameters.\n"
       "• History: every run of this session. Any of them can be restored.\n"
       "Every chart has a menu, behind the button with three dots, that saves it as PNG, SVG or PDF, or copies it.") },
  { N_("Save what is encrypted"),
    N_("The encrypted picture is a PNG that any viewer shows, and that Triptych decrypts from the file and the key alone, on any "
       "computer. It is never a JPEG: that changes pixels, and one changed pixel can undo all.\n"
       "For photos that you need to keep secret, use the page Protect instead.") },
  { N_("Present"),
    N_("F11 takes the controls away; captions and numbers grow with the screen, and the key is masked. Page Up and Page Down go "
       "through the runs of the session.") },
  { 0 }
};

static const TriHelpSection protect[] = {
  { N_("Protect files"),
    N_("Drop photos or folders on the page, choose them, or paste files that you copied in the file manager. Say who can open "
       "them, and press Protect.\n"
       "Each becomes a file of its own with “.age” after its name, in a format that other programs open, too. The original is never "
       "changed. A result counts as done only when it was written, read back, and found to be the same as the original.\n"
       "Links in folders are not followed; how many there were is said.") },
  { N_("A passphrase"),
    N_("Everybody who knows it can open the files, on any computer. You type it twice, and the bar says how long somebody would have "
       "to guess. “Suggest six words” draws some by chance: write them on paper before you use them.\n"
       "Nobody can recover a forgotten passphrase. There is no second way in.") },
  { N_("People and keys"),
    N_("Instead of a passphrase, a file can be for people: each opens it with a secret key of their own, and nothing secret changes "
       "hands. Add a recipient from the key ring, paste what they gave you, or drop a file of recipients. Add yourself, too, or you "
       "can't open the result.\n"
       "Post-quantum recipients are safe even from the quantum computers that may come. They can't be mixed with others in one "
       "file, for the weakest would decide.") },
  { N_("The key ring"),
    N_("It makes and imports keys, and knows other people's. Secret keys are with the desktop's key store where there is one, or in a "
       "file that a passphrase locks. Print a recovery sheet of each and lock it away: without the key, what is protected for it "
       "stays closed.") },
  { N_("Open age files"),
    N_("Drop .age files on the page, give the passphrase or unlock the key ring, and press Open: each is decrypted beside the file, or "
       "to the folder that you chose.\n"
       "To only look, select one and press Preview, or Return in the list: the picture is decrypted in memory, and nothing of it is "
       "written to the disk.\n"
       "The line below says how to open the file without Triptych, with the program “age”.") },
  { N_("Results and originals"),
    N_("• Names can be kept, or hidden: then the file has a name that says nothing, and its real one is inside.\n"
       "• Nothing is overwritten unless you say so: where a name is taken, you are asked once, and the answer counts for that run.\n"
       "• Originals that were verified can go to the Trash, from where they can be taken back. Nothing is ever shredded: drives "
       "write to other places than they wrote before, so nobody can promise that an old copy is gone.") },
  { N_("Pause, stop, try again"),
    N_("Pause waits after the files in work. Stop leaves what is done as it is, and nothing half behind what is not. When something "
       "fails, the others go on; each that failed says why, and Retry (or F5) does those again.\n"
       "If the computer fails, begin again with the same files: what is left of the first time is cleaned.") },
  { N_("Advice"),
    N_("“Automatic” chooses what is left open, from what the files are for, whom you fear, and the network as it is now, and gives each "
       "reason in a sentence. You can overrule every choice.") },
  { N_("The key ledger"),
    N_("It lists what happened to your keys: made, imported, shared, backed up, deleted. It is signed, so that a change shows. It can't "
       "show what somebody with its key rewrote, unless a copy or a witness outside knows better; its window says more.") },
  { 0 }
};

static const TriHelpSection train[] = {
  { N_("What is trained"),
    N_("A network of one of the neural ciphers, on this computer, from pictures: the samples, handwritten digits, a folder, one "
       "picture or an IDX file. Nothing leaves the computer.\n"
       "Some pictures are kept aside. The network never learns from these, so they show what it makes of pictures that it "
       "doesn't know.") },
  { N_("Begin"),
    N_("Choose a model and the pictures, and press Start. Below the choices it says how many steps there will be; more choices are "
       "under “For experts”. A training can take minutes or a night, and you can use the other pages meanwhile.") },
  { N_("What to watch"),
    N_("• The curves: they should fall and then become flat. When that of the pictures kept aside rises while the other falls, the "
       "network learns its pictures by heart; it is said when that begins.\n"
       "• The picture above: what the network makes of one that it never trained on. Drag the slider to go back through the "
       "training.\n"
       "• When the loss explodes, the training stops and says which checkpoint is still good.") },
  { N_("Pause, stop, continue"),
    N_("Pause rests until you resume. Stop ends with a checkpoint, and Continue… goes on from there as if it had never stopped, "
       "tomorrow too, and even when the computer failed meanwhile.") },
  { N_("Use what was trained"),
    N_("Use Weights makes the best weights of the training those of new pictures. The program's own come back from the menu beside "
       "it. Older weights are kept, for pictures that were encrypted with them need them.\n"
       "Whoever decrypts your pictures needs your weights, too. The menu exports and imports them, for other computers and for "
       "PyTorch.") },
  { N_("What the shipped weights reach"),
    N_("Each network comes with a card that says how it was trained, on what, and what was measured: the files autoencoder.md, "
       "cnn-chaos.md and cyclegan.md beside the weights. “triptych-cli evaluate” measures them again on pictures of yours.\n"
       "How well a network restores a picture says nothing about how secret it keeps it: see “What is secure and what is not”.") },
  { N_("In figures"),
    /* xgettext:no-c-format */
    N_("With the key, the mean of nine photographs that no network was trained on, by “triptych-cli evaluate --fit photos "
       "nine-photographs” (seed 1; photos are those of the training):\n"
       "• Autoencoder: 47.8 dB at a half of the bytes, 41.0 at a quarter, 36.3 at an eighth. The best linear code of as many bytes "
       "reaches 45.3, 37.8 and 34.1 dB.\n"
       "• CycleGAN: 58.2 dB. CNN Feistel network: every bit.\n"
       "CNN with chaos mask, the mean of 160 digits, and of four brain slices, by “triptych-cli evaluate --cipher cnn-chaos "
       "--damage lost=5 --damage gaussian=10”:\n"
       "• 58.0 and 50.9 dB; with 5 % of the blocks lost on the way 43.1 and 44.0 dB.\n"
       "• With noise of σ = 10 on the way 36.6 and 36.6 dB. The best filter makes 32.4 and 25.3 dB of the same unmasked code, and 34.7 "
       "and 34.6 dB of the picture itself with that noise.\n"
       "• With a JPEG of quality 90 on the way, sample photographs come back at 38.8 dB from grey planes, and at 11.8 from a picture in "
       "colour.\n"
       "Without the key, networks that attacked the CycleGAN for 20,000 steps come to 10.6 dB, less than the 13.0 dB of a flat picture, "
       "and tell it from noise in 51 of 100 pieces: as often as who guesses.\n"
       "The README has all of it.") },
  { 0 }
};

static const TriHelpSection secure[] = {
  { N_("What Protect writes"),
    N_("The files of the page Protect are standard age files: ChaCha20-Poly1305 under a key that scrypt makes of the passphrase, or "
       "that X25519 or ML-KEM-768 with X25519 gives to each recipient. They belong to what is secure above. A change, a "
       "truncated file and a wrong key are each noticed before anything of a damaged part comes out.") },
  { N_("Why good figures prove nothing"),
    N_("Entropy near 8, correlation near 0 and NPCR of 99.6 % say that a picture looks like noise. That of a broken cipher does, too: "
       "whoever breaks it doesn't look at the noise, but at how it was made.\n"
       "What counts is that the cipher is public, that many people tried to break it for years, and that they failed.") },
  { N_("What no cipher can do"),
    N_("• A short passphrase is found by trying, whatever the cipher. Take six words drawn by chance.\n"
       "• A program that watches the keyboard or the screen sees the picture and the passphrase.\n"
       "• The original stays where it is until you remove it, and copies may be in backups, thumbnails and clouds.\n"
       "• The size of a protected file shows about how large the original is, and its name may tell what it is of.\n"
       "• Whoever can open a file can pass on what is in it.") },
  { 0 }
};

static const TriHelpPage pages[] = {
  { "explore", N_("Explore"),
    N_("What a cipher does to a picture: the original, what is sent, and what comes back, side by side and measured."), FALSE,
    explore },
  { "protect", N_("Protect"),
    N_("Your own photos and files, as encrypted files that any age program opens. This is the page for what you can't lose."), FALSE,
    protect },
  { "train", N_("Train"), N_("Networks that learn before your eyes, and what they are good for."), FALSE, train },
  { "secure", N_("What is secure and what is not"),
    N_("Every cipher has a verdict, and the reason for it. For secrets, use only what is called secure."), TRUE, secure },
};

const TriHelpPage *
tri_help_pages (guint *n_pages)
{
  *n_pages = G_N_ELEMENTS (pages);
  return pages;
}
