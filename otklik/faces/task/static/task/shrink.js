// Makes a photo small before it is sent: over a village line ten megabytes do not arrive, half a megabyte does.
// Whatever goes wrong, the original is sent and the server says what is the matter with it.
// With `hints` the camera's word about time and place goes along (executors only): it is what a canvas forgets.
const cameraWords = async (file) => {
  const view = new DataView(await file.slice(0, 131072).arrayBuffer());
  if (view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 4 < view.byteLength && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    const size = 2 + view.getUint16(at + 2);
    if (view.getUint8(at + 1) !== 0xe1 || view.getUint32(at + 4) !== 0x45786966 || at + size > view.byteLength) continue;
    const words = new DataView(view.buffer.slice(at, at + size));
    const little = words.getUint16(10) === 0x4949;
    const first = 10 + words.getUint32(14, little);
    for (let n = 0, count = words.getUint16(first, little); n < count; n += 1) {
      const tag = first + 2 + 12 * n;
      if (words.getUint16(tag, little) === 0x0112) words.setUint16(tag + 8, 1, little); // it stands upright already
    }
    return words.buffer;
  }
  return null;
};
window.shrinkPhoto = async (file, side = 2000, hints = false) => {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < 400000) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const paper = canvas.getContext("2d");
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (!small || small.size >= file.size) return file;
    const words = hints ? await cameraWords(file).catch(() => null) : null;
    const parts = words ? [small.slice(0, 2), words, small.slice(2)] : [small];
    return new File(parts, file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file;
  }
};
