// Links: mutoscope_crypto
#include "p2p/crypto/words.h"
#include "tests/fuzz/fuzz.h"

using namespace mutoscope;

// Words of a backup: what is taken says a secret whose words are the same text, but for case and white space.
void fuzzOne(std::string_view input)
{
    const auto secret = crypto::secretOf(input);
    if (!secret)
        return;
    const crypto::SecretBytes words = crypto::wordsOf(*secret);
    const auto again = crypto::secretOf(words.view());
    HOLDS(again.has_value());
    HOLDS(*again == *secret);
}
